import { denied, type Outcome } from "../../decision.ts";
import { readFile } from "../../filesystem/files.ts";
import { mountRoot } from "../brands/stateHooks.ts";
import { attachZone, tryManifest } from "../install/attach.ts";
import { cloneZone } from "../install/clone.ts";
import { detachZone } from "../install/detach.ts";
import { installZone } from "../install/install.ts";
import { manifestText } from "../install/manifest.ts";
import { moveZone } from "../install/move.ts";
import { uninstallZone } from "../install/uninstall.ts";
import type { FileWork } from "../install/work.ts";
import type { IndexEntry } from "../types.ts";
import { runtimeOf } from "../zoneadmd/creation.ts";
import { daemonOf, mayEnd, notice } from "../zoneadmd/daemon.ts";
import { entryNamed } from "../zoneIndex.ts";
import { check } from "./checks.ts";
import { misused, read, report, verified } from "./commands.ts";
import { complain, ERROR, failing, OK, type Run, USAGE } from "./run.ts";
import { validateZonepath } from "./verifyZonepath.ts";

/** Commands about the files of a zone. Source: install_func() and its like in usr/src/cmd/zoneadm/zoneadm.c. */

/** Does it, with the words that are left for the brand, and prints what came of it. */
function work(
  run: Run,
  entry: IndexEntry,
  options: readonly string[],
  what: (work: FileWork) => Outcome,
): number {
  const { host, process, out, decisions } = run;
  const err: string[] = [];
  const done = what({ host, process, entry, options, out, err, decisions });
  for (const line of err) complain(run, line);
  if (done.ok) return OK;
  const status = failing(run, done);
  return done.decision.rule.endsWith("/usage") ? USAGE : status;
}

/** `-x nodataset`: the zonepath becomes a directory. Everything else is the brand's business. */
export function install(run: Run): number {
  const options = [...run.options];
  const at = options.indexOf("-x");
  if (at >= 0 && options[at + 1] !== "nodataset") return misused(run);
  if (at >= 0) options.splice(at, 2);
  const entry = check(run, "install");
  if (typeof entry === "number") return entry;
  if (!verified(run, entry)) return ERROR;
  return work(run, entry, options, (job) => installZone(job, { dataset: at < 0 }));
}

/** Asks first, unless `-F` is given; without a terminal nobody can be asked. */
export function uninstall(run: Run): number {
  const options = run.options.filter((word) => word !== "-F");
  const forced = options.length < run.options.length;
  const entry = check(run, "uninstall");
  if (typeof entry === "number") return entry;
  if (!forced) {
    if (run.answer === undefined) {
      complain(run, "there is no terminal to ask at, and no -F: nothing is uninstalled");
      run.decisions.push(
        denied("EINVAL", "uninstall/confirm", "Without a terminal, uninstall needs -F.").decision,
      );
      return ERROR;
    }
    run.out.push(`Remove zone '${entry.name}' and all of its files? (y/[n])`);
    if (!/^y(es)?$/i.test(run.answer.trim())) return OK;
  }
  // Whoever watches the console is let go.
  if (daemonOf(run.host, entry.name)) notice(run.host, entry.name, "uninstalling");
  mayEnd(run.host, entry.name);
  return work(run, entry, options, uninstallZone);
}

export function clone(run: Run): number {
  const options = read(run, "m:s:");
  const [name, ...more] = options?.rest ?? [];
  const { m: method, s: snapshot } = options?.values ?? {};
  const copy = method === "copy";
  if (name === undefined || more.length > 0 || (method !== undefined && !copy)) return misused(run);
  if (copy && snapshot !== undefined) return misused(run);
  const entry = check(run, "clone");
  if (typeof entry === "number") return entry;
  if (!verified(run, entry)) return ERROR;
  const source = entryNamed(run.host, name);
  if (!source)
    return failing(
      run,
      name === "global"
        ? denied("EINVAL", "clone/global", "The global zone cannot be cloned.")
        : denied("ENOENT", "clone/source", `There is no zone ${name} to clone.`),
    );
  return work(run, entry, [], (job) =>
    cloneZone(job, source, { copy, ...(snapshot !== undefined && { snapshot }) }),
  );
}

/** `-U` is `-u` for the brand, and takes a zone that is incomplete as well. `-n` only tries a manifest. */
export function attach(run: Run): number {
  const options: string[] = [];
  let manifest: string | undefined;
  let force = false;
  let anyState = false;
  for (let words = [...run.options], word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === "-F") force = true;
    else if (word === "-U") {
      anyState = true;
      options.push("-u");
    } else if (word !== "-n") options.push(word);
    else if (words[0] === undefined) return misused(run);
    else manifest = words.shift();
  }
  if (manifest !== undefined) return force ? misused(run) : tryAttach(run, manifest);
  const entry = check(run, anyState ? "attach -U" : "attach");
  if (typeof entry === "number") return entry;
  if (!verified(run, entry)) return ERROR;
  return work(run, entry, options, (job) => attachZone(job, { force }));
}

/** Neither a configuration nor privileges are needed for it. */
function tryAttach(run: Run, path: string): number {
  const text = readFile(run.host, run.process, path);
  if (!text.ok) return failing(run, text, path);
  const fits = tryManifest(run.host, text.value);
  return fits.ok ? OK : failing(run, fits);
}

/** `-n` prints the manifest and does nothing; everybody may. */
export function detach(run: Run): number {
  const [option, ...more] = run.options;
  if (more.length > 0 || (option !== undefined && option !== "-n")) return misused(run);
  if (option === "-n") {
    const known = entryNamed(run.host, run.zone);
    if (!known) return failing(run, denied("ENOENT", "zoneadm/none", "There is no such zone."));
    run.out.push(manifestText(run.host, known).trimEnd());
    return OK;
  }
  const entry = check(run, "detach");
  if (typeof entry === "number") return entry;
  if (!verified(run, entry)) return ERROR;
  return work(run, entry, [], detachZone);
}

export function move(run: Run): number {
  const [to, ...more] = run.options;
  if (to === undefined || to.startsWith("-") || more.length > 0) return misused(run);
  const entry = check(run, "move");
  if (typeof entry === "number") return entry;
  if (!verified(run, entry)) return ERROR;
  const { host, process, command } = run;
  if (!report(run, entry, validateZonepath({ host, process, entry, command }, to))) return ERROR;
  return work(run, entry, [], (job) => moveZone(job, to));
}

/** For zones that are not booted with the host: the brand prepares what tools of the host look for. */
export function sysboot(run: Run): number {
  if (run.options.length > 0) return misused(run);
  const entry = check(run, "sysboot");
  if (typeof entry === "number") return entry;
  const { host, process } = run;
  const { definition } = entry;
  if (!runtimeOf(host, definition).hooks.sysBoot) return OK;
  const mounted = mountRoot({ host, process, entry, definition });
  return mounted.ok ? OK : failing(run, mounted, "the brand's program for the start of the host failed");
}
