import { privilege, probesOf, rctl, SHARED_DIRECTORY, set, visible, withPrivilege } from "./row.ts";

const probe = probesOf("ipc");
const OWN_OBJECT = visible("IPC object of this zone");
const ONLY_WAY = "Only a directory that both zones mount makes the path exist in both.";

/** Sources: usr/src/uts/common/os/{ipc,shm,evchannels}.c, usr/src/uts/common/fs/{doorfs,fifofs,sockfs}. */
export const ipcProbes = [
  probe("shmget-same-key", {
    title: "Use a key of System V that another zone uses",
    command: "shmget(1234)",
    interface: "shmget(2)",
    verdict: "allow",
    explanation: "Each zone has its keys, so that this is an object of its own.",
  }),
  probe("shmat-foreign-id", {
    title: "Attach shared memory of another zone",
    command: "shmat(<its id>)",
    interface: "shmat(2)",
    verdict: "deny",
    errno: "EINVAL",
    gates: [OWN_OBJECT],
    privileges: ["ipc_dac_read"],
    breach: true,
    confidence: "medium",
    explanation: "The id means nothing in this zone.",
  }),
  probe("msg-foreign-id", {
    title: "Use a message queue or semaphore of another zone",
    command: "msgsnd(<its id>)",
    interface: "msgsnd(2), semop(2)",
    verdict: "deny",
    errno: "EINVAL",
    gates: [OWN_OBJECT],
    breach: true,
    confidence: "medium",
    explanation: "The id means nothing in this zone.",
  }),
  probe("shm-too-big", {
    title: "Create too much shared memory",
    command: "shmget() beyond the limit",
    interface: "shmget(2)",
    verdict: "deny",
    errno: "EINVAL",
    gates: [rctl("zone.max-shm-memory")],
    setup: [set("max-shm-memory", "1M")],
    config: { "max-shm-memory": "A higher value lets more through." },
    confidence: "medium",
    explanation: "Without the limit nothing but the memory bounds it.",
  }),
  probe("ipc-too-many", {
    title: "Create too many objects of System V",
    command: "semget() once too often",
    interface: "semget(2)",
    verdict: "deny",
    errno: "ENOSPC",
    gates: [rctl("zone.max-sem-ids")],
    setup: [set("max-sem-ids", "1")],
    config: { "max-sem-ids, max-msg-ids, max-shm-ids": "A higher value lets more through." },
    explanation: "The limits have to be configured; there is one for each kind.",
  }),
  probe("msg-qbytes", {
    title: "Enlarge a message queue",
    command: "msgctl(IPC_SET)",
    interface: "msgctl(2)",
    verdict: "deny",
    errno: "EPERM",
    gates: [privilege("sys_ipc_config")],
    config: { limitpriv: "`default,sys_ipc_config` allows it." },
    enabledBy: [withPrivilege("sys_ipc_config")],
    explanation: "The privilege is not in the default set.",
  }),
  probe("unix-socket-foreign", {
    title: "Connect to a socket file of another zone",
    command: "connect(/meeting/socket)",
    interface: "connect(3SOCKET)",
    verdict: "allow",
    gates: [visible("socket path inside the zone root")],
    setup: [SHARED_DIRECTORY],
    config: { "fs type=lofs": `${ONLY_WAY} Without it the answer is ENOENT.` },
    variants: [
      { when: "no directory is shared", verdict: "deny", errno: "ENOENT" },
      {
        when: "the host is labelled, and the server in another zone than the global one",
        verdict: "deny",
        errno: "ECONNREFUSED",
        note: "The error is a guess.",
      },
    ],
    explanation:
      "A socket with a path is found by its file, whatever zone has it. Only Trusted Extensions looks at the zone, too. Loopback transports without a file are apart for each zone.",
  }),
  probe("event-channel", {
    title: "Bind an event channel of the global zone",
    command: "sysevent_evc_bind()",
    interface: "sysevent_evc_bind",
    verdict: "allow",
    gates: [visible("channel namespace of this zone")],
    explanation: "Each zone has its channels: the one of that name here is not the one there.",
  }),
  probe("door-foreign", {
    title: "Call a door of another zone",
    command: "door_call(/meeting/door)",
    interface: "door_call(3C)",
    verdict: "allow",
    gates: [visible("door path inside the zone root")],
    setup: [SHARED_DIRECTORY],
    config: { "fs type=lofs": ONLY_WAY },
    variants: [
      {
        when: "the host is labelled, and the server in another zone than the global one",
        verdict: "deny",
        errno: "EACCES",
      },
    ],
    confidence: "medium",
    explanation:
      "A door is where its file is. The server reads the zone of the caller from its credentials, and has to decide.",
  }),
  probe("fifo-foreign", {
    title: "Write to a named pipe of another zone",
    command: "echo > /meeting/pipe",
    interface: "open(2)",
    verdict: "allow",
    gates: [visible("pipe path inside the zone root"), { type: "mountOption", name: "ro" }],
    setup: [SHARED_DIRECTORY],
    config: { "fs type=lofs": ONLY_WAY },
    variants: [
      {
        when: "the host is labelled, the pipe another zone's, and opened for writing",
        verdict: "deny",
        errno: "EACCES",
      },
    ],
    confidence: "medium",
    explanation: "Nobody but Trusted Extensions asks whose pipe it is.",
  }),
] as const;
