import {
  createConnection,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { serve } from "../connection.ts";
import { version } from "../version.ts";
import { nodeFiles } from "./nodeFiles.ts";

/** Serves an editor over standard input and output. */
export function listen(): void {
  const reader = new StreamMessageReader(process.stdin);
  const writer = new StreamMessageWriter(process.stdout);
  serve(createConnection(ProposedFeatures.all, reader, writer), { files: nodeFiles, version });
}
