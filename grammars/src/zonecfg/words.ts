/**
 * The words of the command language, as data. What each of them means is the catalog's business; here is only what
 * the scanner of each platform knows. Sources: usr/src/cmd/zonecfg/zonecfg_lex.l and zonecfg_grammar.y of
 * illumos-gate, of the OmniOS and of the SmartOS fork; for Solaris 10 and 11.4 the vendor's manuals.
 */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** The subcommands; `?` stands for `help`. */
export const COMMANDS = words(`
  add cancel clear commit create delete end exit export help info remove revert select set verify`);

/** Solaris 11.4 alone has it. */
export const RELOAD = "reload";

export const COMMON_RESOURCES = words(`
  net fs device rctl attr dataset dedicated-cpu capped-cpu capped-memory`);

/** Not in Solaris 10. */
export const LATER_RESOURCES = words("admin security-flags");

export const SOLARIS10_RESOURCES = words("inherit-pkg-dir");

export const SOLARIS11_RESOURCES = words(`
  anet mac vlan keysource suspend rootzpool zpool virtual-cpu verified-boot smf-dependency npiv ib-vhca port`);

/** Properties of the whole zone: the ones that `info` shows one by one. */
export const COMMON_GLOBALS = words(`
  zonename zonepath brand autoboot ip-type pool limitpriv bootargs scheduling-class cpu-shares max-lwps max-processes
  max-shm-memory max-shm-ids max-msg-ids max-sem-ids hostid`);

export const LATER_GLOBALS = words("fs-allowed");

export const FORK_GLOBALS = words("zfs-io-priority");

export const SOLARIS11_GLOBALS = words(`
  autoshutdown boot-priority file-mac-profile global-time tenant cpu-arch host-compatible boot-disk-protection
  max-adi-metadata-memory`);

export const COMMON_PROPERTIES = words(`
  type value options address physical defrouter dir special raw name match priv limit action ncpus locked swap
  importance`);

/** Not in Solaris 10. */
export const LATER_PROPERTIES = words("allowed-address user auths default lower upper");

/** Of `net` and `device` in OmniOS and SmartOS. */
export const FORK_PROPERTIES = words("mac-addr vlan-id global-nic property");

export const SOLARIS11_PROPERTIES = words(`
  alias allow-partition allow-raw-io allowed-dhcp-cids allowed-mac-address allowed-vlan-ids auto-mac-address bootpri
  bw-share bwshare cert configure-allowed-address cores cos cpus create-size etsbw-lcl evs fmri grouping id iov
  link-protection linkmode linkname lower-link lro mac-address mac-prefix mac-slot max-bw maxbw mtu over-hba over-hca
  memory-reserve pagesize pagesize-policy path pkey policy priority ring-group rx-fanout rx-rings rxfanout rxrings
  smi-enabled sockets storage tx-rings txrings virtual-port-wwn vlan-id vport vsi-mgrid vsi-typeid vsi-vers`);

/** Resources of which a zone has at most one: `select` takes them without a filter. */
export const SINGLE_RESOURCES = words("dedicated-cpu capped-cpu capped-memory");

export const SOLARIS11_SINGLES = words("virtual-cpu suspend keysource verified-boot rootzpool");
