import { version } from "../version.ts";
import { help } from "./help.ts";
import {
  bootOptions,
  checkOptions,
  diffOptions,
  explainOptions,
  fmtOptions,
  hostOptions,
  probeOptions,
  replayOptions,
  resolveOptions,
  shellOptions,
} from "./options.ts";
import { UsageError } from "./usageError.ts";

/** Wrong use, and input that cannot be read. */
const EXIT_USAGE = 2;

const print = (text: string) => void process.stdout.write(text);
const printError = (text: string) => void process.stderr.write(text);

/** Runs a command, whose parts are loaded now, and returns its exit code; `undefined` where the process lives on. */
async function run(args: readonly string[]): Promise<number | undefined> {
  const [command, ...rest] = args;
  switch (command) {
    case "check": {
      const options = checkOptions(rest);
      return options.help ? show(help.check) : (await import("./check.ts")).runCheck(options, print);
    }
    case "resolve": {
      const options = resolveOptions(rest);
      return options.help ? show(help.resolve) : (await import("./resolve.ts")).runResolve(options, print);
    }
    case "fmt": {
      const options = fmtOptions(rest);
      return options.help ? show(help.fmt) : (await import("./fmt.ts")).runFmt(options, print);
    }
    case "boot": {
      const options = bootOptions(rest);
      return options.help ? show(help.boot) : (await import("./boot.ts")).runBoot(options, print);
    }
    case "shell": {
      const options = shellOptions(rest);
      return options.help
        ? show(help.shell)
        : (await import("./shell.ts")).runShellCommand(options, print, printError);
    }
    case "replay": {
      const options = replayOptions(rest);
      return options.help ? show(help.replay) : (await import("./replay.ts")).runReplay(options, print);
    }
    case "probe": {
      const options = probeOptions(rest);
      return options.help
        ? show(help.probe)
        : (await import("./probe.ts")).runProbes(options, print, printError);
    }
    case "explain": {
      const options = explainOptions(rest);
      return options.help ? show(help.explain) : (await import("./explain.ts")).runExplain(options, print);
    }
    case "diff": {
      const options = diffOptions(rest);
      return options.help ? show(help.diff) : (await import("./diff.ts")).runDiff(options, print, printError);
    }
    case "host": {
      const options = hostOptions(rest);
      return options.help ? show(help.host) : (await import("./host.ts")).runHost(options, print);
    }
    case "lsp":
      if (rest.includes("--help") || rest.includes("-h")) return show(help.lsp);
      if (!rest.includes("--stdio"))
        throw new UsageError("lsp speaks over standard input and output only: add --stdio");
      (await import("./listen.ts")).listen();
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

// A reader such as `head` may close the pipe early: that is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  // Node would print the whole line of the bundle, which is all of it.
  const mistake = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    error instanceof UsageError
      ? `zonewarden: ${error.message}\nTry "zonewarden --help".\n`
      : `zonewarden: this should not happen; please report it:\n${mistake}\n`,
  );
  process.exitCode = EXIT_USAGE;
}
