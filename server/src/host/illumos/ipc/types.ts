/** What processes meet at, beside files, sockets and System V objects. */
export interface IpcObjects {
  /** By number in decimal. */
  doors: Record<string, Door>;
  nextDoor: number;
  channels: EventChannel[];
  /** Endpoints of loopback transports that have an address; absent where there is none. */
  transports?: Transport[];
}

/** Source: usr/src/uts/common/io/tl.c. */
export interface Transport {
  zone: number;
  address: string;
  pid: number;
}

/** A door and where it is attached. Source: usr/src/uts/common/fs/doorfs. */
export interface Door {
  id: number;
  /** Whose procedure is called, and its zone. */
  server: number;
  zone: number;
  /** Files that it covers, as `FILESYSTEM:NODE`: any mount that shows one leads to the door. */
  files: string[];
}

/** Source: usr/src/uts/common/os/evchannels.c. */
export interface EventChannel {
  zone: number;
  name: string;
  /** Pids. A channel goes with its last binding. */
  bound: number[];
  subscribers: { pid: number; class: string; received: ChannelEvent[] }[];
}

export interface ChannelEvent {
  class: string;
  subclass: string;
  attributes: Record<string, string>;
}
