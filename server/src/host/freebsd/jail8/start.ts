import { strerror } from "../../errno.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { nodeOf } from "../../filesystem/nodes.ts";
import { parseAddress } from "../../network/addresses.ts";
import { findInterface } from "../../network/links.ts";
import { vnetOf } from "../../network/vnets.ts";
import { spawn } from "../../process/processes.ts";
import { zfsJail } from "../filesystem/zfsJail.ts";
import { jailSet } from "../jailSet.ts";
import { kldload } from "../modules.ts";
import { processesIn } from "../prisons.ts";
import { since } from "../release.ts";
import { jailRemove } from "../remove.ts";
import type { Action } from "./action.ts";
import { assumeAddresses, assumeDataset, assumeRoot } from "./assume.ts";
import { asSystemUser, runCommand } from "./commands.ts";
import type { DefinedValue } from "./definition.ts";
import { kernelParameters } from "./kernelParameters.ts";
import { mountActions } from "./mounts.ts";
import { aliasActions, vnetActions } from "./network.ts";
import type { JailRun } from "./run.ts";
import { type Done, perform, type Way } from "./schedule.ts";

/**
 * The start of one jail: jail(8)'s steps in their order, and the way back when one of them fails.
 * Source: startcommands[] in usr.sbin/jail/jail.c, next_command() and run_command() in usr.sbin/jail/command.c.
 */

/** One step; its actions are looked up when its turn comes. */
type Step = (run: JailRun) => readonly Action[];

const START: readonly Step[] = [
  commands("exec.prepare", "host"),
  (run) => {
    assumeRoot(run);
    return aliasActions(run, "ip4.addr");
  },
  (run) => aliasActions(run, "ip6.addr"),
  (run) => mountActions(run, "mount"),
  (run) => mountActions(run, "mount.fstab"),
  (run) => mountActions(run, "mount.devfs"),
  (run) => mountActions(run, "mount.fdescfs"),
  (run) => mountActions(run, "mount.procfs"),
  commands("exec.prestart", "host"),
  (run) => [{ program: false, run: () => createJail(run), undo: () => removeAgain(run) }],
  commands("exec.created", "host"),
  datasetActions,
  vnetActions,
  commands("exec.start", "jail"),
  commands("command", "jail"),
  commands("exec.poststart", "host"),
  (run) => (run.temporaryPersist ? [{ program: false, run: () => dropPersist(run) }] : []),
];

/** A list of commands. What they did is never undone. */
export function commands(list: string, where: "host" | "jail"): Step {
  return (run) =>
    run.settings
      .list(list)
      .filter(({ text }) => text.trim() !== "")
      .map((value: DefinedValue) => ({ program: true, run: () => runCommand(run, list, value, where) }));
}

/** The whole start. Ends with whether the jail runs; if not, all that can be undone is undone. */
export function* startWay(run: JailRun): Way {
  const done: Action[] = [];
  for (const step of START)
    for (const action of step(run)) {
      const result = action.program ? yield* perform(() => action.run()) : action.run();
      if (!result.ok) {
        yield* undo(run, done);
        return false;
      }
      done.push(action);
    }
  return true;
}

/** Walks back from the step that failed. Nothing of this can fail the jail once more. */
function* undo(run: JailRun, done: readonly Action[]): Generator<() => Done, void, Done> {
  const undoable = done.filter(({ undo }) => undo).reverse();
  if (undoable.length > 0)
    run.become("undoing", "The start has failed: what was done is undone, last first.");
  for (const { program, undo: takeBack } of undoable) {
    if (!takeBack) continue;
    if (program) yield* perform(takeBack);
    else takeBack();
  }
}

/** Commands for which jail(8) keeps a jail alive until it is through with them. */
const NEED_PERSIST = ["exec.start", "command", "exec.poststart"];

/** Step 10. */
function createJail(run: JailRun): Done {
  const { host, caller, settings, definition } = run;
  assumeRoot(run);
  assumeAddresses(run);
  const { path } = settings;
  if (path !== undefined) {
    const causes = [settings.cause("path")];
    if (!path.startsWith("/"))
      return run.refuse("jail.create", `path ${path}: not an absolute pathname`, causes);
    const found = lookup(host, caller, path);
    if (!found.ok)
      return run.refuse("jail.create", `path ${path}: ${strerror(found.errno)}`, causes, found.errno);
    if (nodeOf(host, found.value).kind !== "directory")
      return run.refuse("jail.create", `path ${path}: ${strerror("ENOTDIR")}`, causes, "ENOTDIR");
  }
  const parameters = { ...kernelParameters(definition) };
  loadModules(run, Object.keys(parameters));
  const persists = parameters["persist"]?.value === true;
  run.temporaryPersist = !persists && NEED_PERSIST.some((list) => settings.has(list));
  if (run.temporaryPersist)
    parameters["persist"] = {
      value: true,
      cause: { what: "persist until the start is complete", from: "default" },
    };
  const outcome = jailSet(host, caller, parameters, { create: true });
  if (!outcome.ok) {
    run.warn(outcome.message ?? `jail_set: ${strerror(outcome.errno)}`);
    return { ok: false, milliseconds: 0 };
  }
  run.note("created");
  claimAddresses(run, outcome.value);
  run.onExistence();
  return { ok: true, milliseconds: 0 };
}

/**
 * The modules behind parameters that the kernel does not know yet; a failure shows in what the kernel then says.
 * Source: kldload_param() in lib/libjail/jail.c.
 */
function loadModules({ host, caller }: JailRun, names: readonly string[]): void {
  const { machine } = host.state;
  // Before 14 the library loads nothing; of a machine that nobody described, the modules are not known either.
  if (machine.described && !since(host, 14)) return;
  for (const name of names) {
    const module =
      /^allow\.mount\.(?:no)?(\w+)$/.exec(name)?.[1] ??
      /^(linux|sysvmsg|sysvsem|sysvshm)(?:\.|$)/.exec(name)?.[1] ??
      (machine.described ? undefined : /^allow\.(?:no)?(vmm)(?:_ppt)?$/.exec(name)?.[1]);
    if (module !== undefined && !machine.modules.includes(module)) kldload(host, caller, module);
  }
}

/** Notes for whom the addresses of steps 2 and 3 were set. */
function claimAddresses({ host, caller, settings }: JailRun, jid: number): void {
  for (const { link, address } of [...settings.aliases("ip4.addr"), ...settings.aliases("ip6.addr")]) {
    const wanted = parseAddress(address);
    // The newest are at the end.
    const own = findInterface(vnetOf(host, caller), link)?.addresses.findLast(
      (one) => one.address === wanted,
    );
    if (own) own.container = jid;
  }
}

function removeAgain(run: JailRun): Done {
  const { prison } = run;
  const outcome = prison && jailRemove(run.host, run.caller, prison.jid);
  if (outcome?.ok) run.note("removed");
  return { ok: outcome?.ok ?? true, milliseconds: 0 };
}

/** Step 12: `zfs jail` for each dataset. */
function datasetActions(run: JailRun): Action[] {
  const attach = (name: string, causes: DefinedValue["cause"][]): Done => {
    assumeDataset(run, name);
    return asSystemUser(run, "zfs.dataset", "/sbin/zfs", (process) => {
      const outcome = zfsJail(run.host, process, run.prison?.jid ?? -1, name);
      run.report("zfs.dataset", `${name} is attached to the jail`, outcome, causes);
      if (!outcome.ok) run.warn(`/sbin/zfs jail ${run.prison?.jid ?? -1} ${name}: failed`);
      return { ok: outcome.ok, milliseconds: ZFS_TIME };
    });
  };
  return run.settings
    .list("zfs.dataset")
    .map(({ text, cause }) => ({ program: true, run: () => attach(text, [cause]) }));
}

/** What zfs(8) takes, in virtual milliseconds. */
const ZFS_TIME = 20;

/** Step 17. Without a process the jail is gone with this. */
function dropPersist(run: JailRun): Done {
  const { host, caller, prison } = run;
  if (!prison) return { ok: true, milliseconds: 0 };
  const lives =
    processesIn(host, prison.jid).some(({ state }) => state !== "zombie") || prison.children.length > 0;
  if (!lives && run.assumedCommand !== undefined) {
    const [programme = "", ...args] = run.assumedCommand.split(/\s+/);
    spawn(host, {
      command: programme.slice(programme.lastIndexOf("/") + 1),
      args: [programme, ...args],
      credential: { container: prison.jid },
    });
    run.emit(
      "assume.process",
      `${run.assumedCommand} is taken to have left a process, without which the jail would be gone.`,
      "assumed",
      {
        causes: [run.settings.cause("exec.start")],
      },
    );
  }
  run.emit(
    "jail.persist",
    "All is done, and persist is dropped: from now on only its processes keep the jail.",
    "ok",
  );
  const outcome = jailSet(
    host,
    caller,
    { jid: { value: prison.jid }, persist: { value: false } },
    { update: true },
  );
  if (!outcome.ok) {
    run.warn(outcome.message ?? `jail_set: ${strerror(outcome.errno)}`);
    return { ok: false, milliseconds: 0 };
  }
  return { ok: true, milliseconds: 0 };
}
