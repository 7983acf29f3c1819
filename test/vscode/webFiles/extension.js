/**
 * For tests: files of the web host's folder under the scheme `webfiles`, over HTTP. An editor in a browser has no disk;
 * this stands for what gives it one, such as the extension for repositories at GitHub.
 */
const vscode = require("vscode");

exports.activate = (context) => {
  const changed = new vscode.EventEmitter();
  const at = (uri) => new URL(`/files${uri.path}`, `http://${uri.authority}`).toString();
  const ask = async (uri, method, body) => {
    const response = await fetch(at(uri), { method, body });
    if (response.status === 404) throw vscode.FileSystemError.FileNotFound(uri);
    if (!response.ok) throw vscode.FileSystemError.Unavailable(`${response.status}`);
    return response;
  };
  const modify = async (uri, method, body) => {
    await ask(uri, method, body);
    changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  };
  const provider = {
    onDidChangeFile: changed.event,
    watch: () => new vscode.Disposable(() => {}),
    stat: async (uri) => (await ask(uri, "OPTIONS")).json(),
    readDirectory: async (uri) => (await ask(uri, "PROPFIND")).json(),
    readFile: async (uri) => new Uint8Array(await (await ask(uri, "GET")).arrayBuffer()),
    writeFile: (uri, content) => modify(uri, "PUT", content),
    createDirectory: (uri) => modify(uri, "MKCOL"),
    delete: (uri) => modify(uri, "DELETE"),
    rename: async (from, to) => {
      await modify(to, "PUT", await provider.readFile(from));
      await modify(from, "DELETE");
    },
  };
  context.subscriptions.push(changed, vscode.workspace.registerFileSystemProvider("webfiles", provider));
};
