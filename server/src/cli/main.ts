import {
  createConnection,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { serve } from "../connection.ts";
import { version } from "../version.ts";
import { runBoot } from "./boot.ts";
import { runCheck } from "./check.ts";
import { runDiff } from "./diff.ts";
import { runExplain } from "./explain.ts";
import { help } from "./help.ts";
import { runHost } from "./host.ts";
import { nodeFiles } from "./nodeFiles.ts";
import {
  bootOptions,
  checkOptions,
  diffOptions,
  explainOptions,
  hostOptions,
  probeOptions,
  replayOptions,
  resolveOptions,
  shellOptions,
} from "./options.ts";
import { runProbes } from "./probe.ts";
import { runReplay } from "./replay.ts";
import { runResolve } from "./resolve.ts";
import { runShellCommand } from "./shell.ts";
import { UsageError } from "./usageError.ts";

/** Wrong use, and input that cannot be read. */
const EXIT_USAGE = 2;

const print = (text: string) => void process.stdout.write(text);
const printError = (text: string) => void process.stderr.write(text);

/** Runs a command and returns its exit code; `undefined` where the process goes on living. */
function run(args: readonly string[]): number | undefined {
  const [command, ...rest] = args;
  switch (command) {
    case "check": {
      const options = checkOptions(rest);
      return options.help ? show(help.check) : runCheck(options, print);
    }
    case "resolve": {
      const options = resolveOptions(rest);
      return options.help ? show(help.resolve) : runResolve(options, print);
    }
    case "boot": {
      const options = bootOptions(rest);
      return options.help ? show(help.boot) : runBoot(options, print);
    }
    case "shell": {
      const options = shellOptions(rest);
      return options.help ? show(help.shell) : runShellCommand(options, print, printError);
    }
    case "replay": {
      const options = replayOptions(rest);
      return options.help ? show(help.replay) : runReplay(options, print);
    }
    case "probe": {
      const options = probeOptions(rest);
      return options.help ? show(help.probe) : runProbes(options, print, printError);
    }
    case "explain": {
      const options = explainOptions(rest);
      return options.help ? show(help.explain) : runExplain(options, print);
    }
    case "diff": {
      const options = diffOptions(rest);
      return options.help ? show(help.diff) : runDiff(options, print, printError);
    }
    case "host": {
      const options = hostOptions(rest);
      return options.help ? show(help.host) : runHost(options, print);
    }
    case "lsp":
      if (rest.includes("--help") || rest.includes("-h")) return show(help.lsp);
      if (!rest.includes("--stdio"))
        throw new UsageError("lsp speaks over standard input and output only: add --stdio");
      listen();
      return undefined;
    case "--version":
    case "version":
      return show(`${version}\n`);
    case "--help":
    case "-h":
    case "help":
      return show(help.main);
    case undefined:
      process.stderr.write(help.main);
      return EXIT_USAGE;
    default:
      throw new UsageError(`there is no command ${JSON.stringify(command)}`);
  }
}

function show(text: string): number {
  print(text);
  return 0;
}

function listen() {
  const reader = new StreamMessageReader(process.stdin);
  const writer = new StreamMessageWriter(process.stdout);
  serve(createConnection(ProposedFeatures.all, reader, writer), { files: nodeFiles, version });
}

// A reader such as `head` may close the pipe early: that is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

try {
  process.exitCode = run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`zonewarden: ${error.message}\nTry "zonewarden --help".\n`);
  process.exitCode = EXIT_USAGE;
}
