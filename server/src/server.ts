import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { nodeFiles } from "./cli/nodeFiles.ts";
import { serve } from "./connection.ts";
import { version } from "./version.ts";

serve(createConnection(ProposedFeatures.all), { files: nodeFiles, version });
