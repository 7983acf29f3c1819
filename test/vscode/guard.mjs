/**
 * Runs the Node script in its arguments and ends it, with all it started, when our own parent is gone: a launcher that
 * is killed cannot clean up, but its end of our standard input closes.
 */
import { spawn } from "node:child_process";
import { endGroup, groups } from "./process.mjs";

const child = spawn(process.execPath, process.argv.slice(2), {
  stdio: ["ignore", "inherit", "inherit"],
  detached: groups,
});
const end = () => {
  endGroup(child, "SIGTERM");
  setTimeout(() => endGroup(child, "SIGKILL"), 5_000).unref();
};
process.stdin.on("end", end).on("error", end).resume();
process.removeAllListeners("SIGTERM").on("SIGTERM", end);
process.removeAllListeners("SIGINT").on("SIGINT", end);
child.on("exit", (code) => {
  // What it started may outlive it, as an extension host does.
  endGroup(child, "SIGKILL");
  process.exit(code ?? 1);
});
