/** What happens by default, by name without SIG. Source: sys/kern/kern_sig.c (sigproptbl), signal(3). */
export const SIGNALS = {
  HUP: [1, "kill"],
  INT: [2, "kill"],
  QUIT: [3, "kill"],
  ILL: [4, "kill"],
  TRAP: [5, "kill"],
  ABRT: [6, "kill"],
  EMT: [7, "kill"],
  FPE: [8, "kill"],
  KILL: [9, "kill"],
  BUS: [10, "kill"],
  SEGV: [11, "kill"],
  SYS: [12, "kill"],
  PIPE: [13, "kill"],
  ALRM: [14, "kill"],
  TERM: [15, "kill"],
  URG: [16, "ignore"],
  STOP: [17, "stop"],
  TSTP: [18, "stop"],
  CONT: [19, "continue"],
  CHLD: [20, "ignore"],
  TTIN: [21, "stop"],
  TTOU: [22, "stop"],
  IO: [23, "ignore"],
  XCPU: [24, "kill"],
  XFSZ: [25, "kill"],
  VTALRM: [26, "kill"],
  PROF: [27, "kill"],
  WINCH: [28, "ignore"],
  INFO: [29, "ignore"],
  USR1: [30, "kill"],
  USR2: [31, "kill"],
  THR: [32, "kill"],
  LIBRT: [33, "kill"],
} as const satisfies Readonly<Record<string, readonly [number, "kill" | "stop" | "continue" | "ignore"]>>;

export type SignalName = keyof typeof SIGNALS;

/** `TERM`, `SIGTERM`, `term` or `15`; `0` asks without sending. */
export function signalName(text: string): SignalName | "0" | undefined {
  const name = text.toUpperCase().replace(/^SIG/, "");
  if (name === "0") return "0";
  if (Object.hasOwn(SIGNALS, name)) return name as SignalName;
  const found = Object.entries(SIGNALS).find(([, [number]]) => String(number) === name);
  return found ? (found[0] as SignalName) : undefined;
}

/** Signals that reach a process with a changed credential like any other one. Source: cr_cansignal(). */
export const REACHES_CHANGED: ReadonlySet<string> = new Set([
  ...["0", "KILL", "INT", "TERM", "ALRM", "STOP", "TTIN", "TTOU", "TSTP", "HUP", "USR1", "USR2"],
]);
