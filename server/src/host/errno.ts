/** Error numbers of FreeBSD with the text of strerror(3), in the order of sys/sys/errno.h. Data of one line each. */
const TABLE = {
  EPERM: [1, "Operation not permitted"],
  ENOENT: [2, "No such file or directory"],
  ESRCH: [3, "No such process"],
  EINTR: [4, "Interrupted system call"],
  EIO: [5, "Input/output error"],
  ENXIO: [6, "Device not configured"],
  E2BIG: [7, "Argument list too long"],
  ENOEXEC: [8, "Exec format error"],
  EBADF: [9, "Bad file descriptor"],
  ECHILD: [10, "No child processes"],
  EDEADLK: [11, "Resource deadlock avoided"],
  ENOMEM: [12, "Cannot allocate memory"],
  EACCES: [13, "Permission denied"],
  EFAULT: [14, "Bad address"],
  ENOTBLK: [15, "Block device required"],
  EBUSY: [16, "Device busy"],
  EEXIST: [17, "File exists"],
  EXDEV: [18, "Cross-device link"],
  ENODEV: [19, "Operation not supported by device"],
  ENOTDIR: [20, "Not a directory"],
  EISDIR: [21, "Is a directory"],
  EINVAL: [22, "Invalid argument"],
  ENFILE: [23, "Too many open files in system"],
  EMFILE: [24, "Too many open files"],
  ENOTTY: [25, "Inappropriate ioctl for device"],
  EFBIG: [27, "File too large"],
  ENOSPC: [28, "No space left on device"],
  ESPIPE: [29, "Illegal seek"],
  EROFS: [30, "Read-only file system"],
  EMLINK: [31, "Too many links"],
  EPIPE: [32, "Broken pipe"],
  EAGAIN: [35, "Resource temporarily unavailable"],
  ENOTSOCK: [38, "Socket operation on non-socket"],
  EPROTONOSUPPORT: [43, "Protocol not supported"],
  EOPNOTSUPP: [45, "Operation not supported"],
  EAFNOSUPPORT: [47, "Address family not supported by protocol family"],
  EADDRINUSE: [48, "Address already in use"],
  EADDRNOTAVAIL: [49, "Can't assign requested address"],
  ENETDOWN: [50, "Network is down"],
  ENETUNREACH: [51, "Network is unreachable"],
  ECONNRESET: [54, "Connection reset by peer"],
  ENOBUFS: [55, "No buffer space available"],
  EISCONN: [56, "Socket is already connected"],
  ENOTCONN: [57, "Socket is not connected"],
  ETIMEDOUT: [60, "Operation timed out"],
  ECONNREFUSED: [61, "Connection refused"],
  ELOOP: [62, "Too many levels of symbolic links"],
  ENAMETOOLONG: [63, "File name too long"],
  EHOSTUNREACH: [65, "No route to host"],
  ENOTEMPTY: [66, "Directory not empty"],
  EPROCLIM: [67, "Too many processes"],
  EDQUOT: [69, "Disc quota exceeded"],
  ENOSYS: [78, "Function not implemented"],
  EFTYPE: [79, "Inappropriate file type or format"],
  ENOATTR: [87, "Attribute not found"],
  ENOTCAPABLE: [93, "Capabilities insufficient"],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

export type Errno = keyof typeof TABLE;

export function errnoNumber(errno: Errno): number {
  return TABLE[errno][0];
}

/** The text that programs print. Source: strerror(3). */
export function strerror(errno: Errno): string {
  return TABLE[errno][1];
}
