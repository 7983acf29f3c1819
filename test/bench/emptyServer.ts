import { createConnection, ProposedFeatures } from "vscode-languageserver/node";

/** A server that does nothing but answer each document with no diagnostics: what a cold start costs at least. */
const connection = createConnection(ProposedFeatures.all);
connection.onInitialize(() => ({ capabilities: { textDocumentSync: 2 } }));
connection.onDidOpenTextDocument(({ textDocument: { uri } }) =>
  connection.sendDiagnostics({ uri, diagnostics: [] }),
);
connection.listen();
