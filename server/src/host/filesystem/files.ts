/** The system calls on files, by the names of their manual pages. */
export { chmod, chown } from "./attributes.ts";
export {
  type DirectoryEntry,
  link,
  mkdir,
  mkfifo,
  mknod,
  readdirectory,
  rename,
  rmdir,
  type Status,
  stat,
  symlink,
  unlink,
} from "./entries.ts";
export { close, type OpenFlags, open, read, readFile, write, writeFile } from "./open.ts";
