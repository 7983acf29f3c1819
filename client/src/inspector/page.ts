import { env, Uri, type Webview } from "vscode";

/** The page of the inspector: nothing but a place for its script to draw in. */
export function pageOf(webview: Webview, extensionUri: Uri, title: string): string {
  const nonce = randomText();
  const file = (name: string) => webview.asWebviewUri(Uri.joinPath(extensionUri, "dist", name)).toString();
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource}; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="${escaped(env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${file("inspector.css")}">
<title>${escaped(title)}</title>
</head>
<body>
<main id="inspector"></main>
<script nonce="${nonce}" src="${file("inspector.js")}"></script>
</body>
</html>`;
}

function randomText(): string {
  // A worker of a browser has no `Buffer`.
  return Array.from(crypto.getRandomValues(new Uint8Array(24)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
