import { stat } from "../../filesystem/files.ts";
import type { CommandContext, CommandResult } from "../../shell/command.ts";
import { failed, program } from "../../shell/command.ts";
import { eachFile } from "../../shell/commands/files.ts";
import { Report } from "../../shell/commands/report.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { chflags as setFlags } from "../filesystem/attributes.ts";

/** Names of flags as they are written, and as the kernel keeps them. Source: chflags(1). */
const FLAGS: Readonly<Record<string, string>> = {
  ...{ schg: "schg", schange: "schg", simmutable: "schg", uchg: "uchg", uchange: "uchg", uimmutable: "uchg" },
  ...{ sappnd: "sappnd", sappend: "sappnd", uappnd: "uappnd", uappend: "uappnd", sunlnk: "sunlnk" },
  ...{ sunlink: "sunlnk", uunlnk: "uunlnk", uunlink: "uunlnk", arch: "arch", archived: "arch" },
  ...{ nodump: "nodump", opaque: "opaque", hidden: "hidden", uhidden: "hidden" },
};

function runChflags(context: CommandContext): CommandResult {
  const usage = "usage: chflags [-fhvx] [-R [-H | -L | -P]] flags file ...";
  const options = readOptions("chflags", context.args, "fhvxRHLP", usage);
  if (isResult(options)) return options;
  const [wanted, ...paths] = options.rest;
  if (wanted === undefined || paths.length === 0) return failed(`${usage}\n`);
  const changes: { flag: string; on: boolean }[] = [];
  for (const name of wanted === "0" ? [] : wanted.split(",")) {
    const on = Object.hasOwn(FLAGS, name);
    const flag = FLAGS[on ? name : name === "dump" ? "nodump" : name.replace(/^no/, "")];
    if (flag === undefined) return failed(`chflags: invalid flag: ${name}\n`);
    changes.push({ flag, on });
  }
  const { host, process } = context;
  const report = new Report(host, "chflags");
  eachFile(context, paths, options.has("R"), (path) => {
    const found = stat(host, process, path);
    if (!report.note(path, found) || !found.ok) return;
    const flags = new Set(wanted === "0" ? [] : found.value.node.flags);
    for (const { flag, on } of changes)
      if (on) flags.add(flag);
      else flags.delete(flag);
    report.note(path, setFlags(host, process, path, [...flags]));
  });
  return report.result();
}

export const chflags = program("/bin/chflags", "change flags", runChflags);
