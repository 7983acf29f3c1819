import type { ResolvedJail } from "../../../configuration/jail-conf/types.ts";
import type { HostEvent } from "../../../host/events.ts";
import { createJails } from "../../../host/freebsd/jail8/operations.ts";
import { freebsdKernel } from "../../../host/freebsd/kernel.ts";
import { Host } from "../../../host/host.ts";
import { buildHost } from "../../../host/machine/build.ts";
import type { HostDescription } from "../../../host/machine/definition.ts";
import { copyOf } from "../../../host/plain.ts";
import type { HostState } from "../../../host/state.ts";
import { definitionsOf } from "../../../simulation/definitions.ts";

/** Copies of one machine, each for a single boot. */
export class ScratchMachine {
  private readonly description: HostDescription;
  /** The state after the boot of the machine itself: made once, and copied. */
  private state: HostState | undefined;

  constructor(description: HostDescription) {
    this.description = description.described ? description : withAllThereMayBe(description);
  }

  /**
   * Starts jails as jail(8) does, on a machine where nothing else runs.
   * @returns what happened; nothing where the model itself fails, for that is no fault of the configuration
   */
  start(jails: readonly ResolvedJail[]): readonly HostEvent[] {
    this.state ??= buildHost(this.description).state;
    const host = new Host(copyOf(this.state), freebsdKernel);
    const definitions = definitionsOf({ jails });
    try {
      createJails(host, definitions);
    } catch {
      return [];
    }
    return host.events;
  }
}

/** A machine that nobody described has what a configuration needs of the kernel. */
function withAllThereMayBe(description: HostDescription): HostDescription {
  const { modules, loadableModules, sysctls } = description;
  return {
    ...description,
    modules: [...modules, ...loadableModules],
    loadableModules: [],
    sysctls: { ...sysctls, "kern.racct.enable": 1 },
  };
}
