import type { ClientCapabilities } from "vscode-languageserver-protocol";

/** What the test's editor says it can do: about what VS Code says. */
export function clientCapabilities(configuration: boolean): ClientCapabilities {
  return {
    general: { positionEncodings: ["utf-16"] },
    workspace: {
      configuration,
      workspaceFolders: true,
      didChangeConfiguration: { dynamicRegistration: true },
      didChangeWatchedFiles: { dynamicRegistration: true },
      workspaceEdit: { documentChanges: true },
      symbol: {},
    },
    textDocument: {
      synchronization: { didSave: true },
      publishDiagnostics: {
        relatedInformation: true,
        versionSupport: true,
        codeDescriptionSupport: true,
        dataSupport: true,
        tagSupport: { valueSet: [1, 2] },
      },
      hover: { contentFormat: ["markdown", "plaintext"] },
      completion: {
        contextSupport: true,
        completionItem: {
          snippetSupport: true,
          documentationFormat: ["markdown", "plaintext"],
          deprecatedSupport: true,
          labelDetailsSupport: true,
          insertReplaceSupport: true,
          resolveSupport: { properties: ["documentation", "detail"] },
          tagSupport: { valueSet: [1] },
        },
      },
      documentSymbol: { hierarchicalDocumentSymbolSupport: true },
      foldingRange: { lineFoldingOnly: true },
      definition: { linkSupport: false },
      references: {},
      documentHighlight: {},
      documentLink: { tooltipSupport: true },
      codeAction: {
        dataSupport: true,
        isPreferredSupport: true,
        codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "source"] } },
        resolveSupport: { properties: ["edit"] },
      },
    },
  };
}
