/**
 * The worker of the language server in a browser. Its first message is the address of the server's module: a worker
 * of an extension is started from a copy of its text, so that it does not know where it came from.
 */
self.onmessage = ({ data }) => {
  self.onmessage = null;
  import(data.module).catch((error) => self.postMessage({ zonewarden: "failed", reason: String(error) }));
};
