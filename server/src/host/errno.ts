/**
 * Error numbers and their texts: of FreeBSD, then of illumos, in the order of sys/sys/errno.h. One line for each. An
 * error that illumos does not have has no second pair.
 */
const TABLE = {
  EPERM: [1, "Operation not permitted", 1, "Not owner"],
  ENOENT: [2, "No such file or directory", 2, "No such file or directory"],
  ESRCH: [3, "No such process", 3, "No such process"],
  EINTR: [4, "Interrupted system call", 4, "Interrupted system call"],
  EIO: [5, "Input/output error", 5, "I/O error"],
  ENXIO: [6, "Device not configured", 6, "No such device or address"],
  E2BIG: [7, "Argument list too long", 7, "Arg list too long"],
  ENOEXEC: [8, "Exec format error", 8, "Exec format error"],
  EBADF: [9, "Bad file descriptor", 9, "Bad file number"],
  ECHILD: [10, "No child processes", 10, "No child processes"],
  EDEADLK: [11, "Resource deadlock avoided", 45, "Deadlock situation detected/avoided"],
  ENOMEM: [12, "Cannot allocate memory", 12, "Not enough space"],
  EACCES: [13, "Permission denied", 13, "Permission denied"],
  EFAULT: [14, "Bad address", 14, "Bad address"],
  ENOTBLK: [15, "Block device required", 15, "Block device required"],
  EBUSY: [16, "Device busy", 16, "Device busy"],
  EEXIST: [17, "File exists", 17, "File exists"],
  EXDEV: [18, "Cross-device link", 18, "Cross-device link"],
  ENODEV: [19, "Operation not supported by device", 19, "No such device"],
  ENOTDIR: [20, "Not a directory", 20, "Not a directory"],
  EISDIR: [21, "Is a directory", 21, "Is a directory"],
  EINVAL: [22, "Invalid argument", 22, "Invalid argument"],
  ENFILE: [23, "Too many open files in system", 23, "File table overflow"],
  EMFILE: [24, "Too many open files", 24, "Too many open files"],
  ENOTTY: [25, "Inappropriate ioctl for device", 25, "Inappropriate ioctl for device"],
  ETXTBSY: [26, "Text file busy", 26, "Text file busy"],
  EFBIG: [27, "File too large", 27, "File too large"],
  ENOSPC: [28, "No space left on device", 28, "No space left on device"],
  ESPIPE: [29, "Illegal seek", 29, "Illegal seek"],
  EROFS: [30, "Read-only file system", 30, "Read-only file system"],
  EMLINK: [31, "Too many links", 31, "Too many links"],
  EPIPE: [32, "Broken pipe", 32, "Broken pipe"],
  ERANGE: [34, "Result too large", 34, "Result too large"],
  EAGAIN: [35, "Resource temporarily unavailable", 11, "Resource temporarily unavailable"],
  EINPROGRESS: [36, "Operation now in progress", 150, "Operation now in progress"],
  EALREADY: [37, "Operation already in progress", 149, "Operation already in progress"],
  ENOTSOCK: [38, "Socket operation on non-socket", 95, "Socket operation on non-socket"],
  EDESTADDRREQ: [39, "Destination address required", 96, "Destination address required"],
  EMSGSIZE: [40, "Message too long", 97, "Message too long"],
  ENOPROTOOPT: [42, "Protocol not available", 99, "Option not supported by protocol"],
  EPROTONOSUPPORT: [43, "Protocol not supported", 120, "Protocol not supported"],
  ESOCKTNOSUPPORT: [44, "Socket type not supported", 121, "Socket type not supported"],
  EOPNOTSUPP: [45, "Operation not supported", 122, "Operation not supported on transport endpoint"],
  ENOTSUP: [45, "Operation not supported", 48, "Operation not supported"],
  EAFNOSUPPORT: [
    47,
    "Address family not supported by protocol family",
    124,
    "Address family not supported by protocol family",
  ],
  EADDRINUSE: [48, "Address already in use", 125, "Address already in use"],
  EADDRNOTAVAIL: [49, "Can't assign requested address", 126, "Cannot assign requested address"],
  ENETDOWN: [50, "Network is down", 127, "Network is down"],
  ENETUNREACH: [51, "Network is unreachable", 128, "Network is unreachable"],
  ECONNABORTED: [53, "Software caused connection abort", 130, "Software caused connection abort"],
  ECONNRESET: [54, "Connection reset by peer", 131, "Connection reset by peer"],
  ENOBUFS: [55, "No buffer space available", 132, "No buffer space available"],
  EISCONN: [56, "Socket is already connected", 133, "Transport endpoint is already connected"],
  ENOTCONN: [57, "Socket is not connected", 134, "Transport endpoint is not connected"],
  ETIMEDOUT: [60, "Operation timed out", 145, "Connection timed out"],
  ECONNREFUSED: [61, "Connection refused", 146, "Connection refused"],
  ELOOP: [
    62,
    "Too many levels of symbolic links",
    90,
    "Number of symbolic links encountered during path name traversal exceeds MAXSYMLINKS",
  ],
  ENAMETOOLONG: [63, "File name too long", 78, "File name too long"],
  EHOSTDOWN: [64, "Host is down", 147, "Host is down"],
  EHOSTUNREACH: [65, "No route to host", 148, "No route to host"],
  ENOTEMPTY: [66, "Directory not empty", 93, "Directory not empty"],
  EPROCLIM: [67, "Too many processes"],
  EUSERS: [68, "Too many users", 94, "Too many users"],
  EDQUOT: [69, "Disc quota exceeded", 49, "Disc quota exceeded"],
  ESTALE: [70, "Stale NFS file handle", 151, "Stale NFS file handle"],
  ENOLCK: [77, "No locks available", 46, "No record locks available"],
  ENOSYS: [78, "Function not implemented", 89, "Operation not applicable"],
  EFTYPE: [79, "Inappropriate file type or format"],
  EIDRM: [82, "Identifier removed", 36, "Identifier removed"],
  ENOMSG: [83, "No message of desired type", 35, "No message of desired type"],
  EOVERFLOW: [84, "Value too large to be stored in data type", 79, "Value too large for defined data type"],
  ECANCELED: [85, "Operation canceled", 47, "Operation canceled"],
  ENOATTR: [87, "Attribute not found"],
  ENOTACTIVE: [73, "Facility is not active", 73, "Facility is not active"],
  ENOTCAPABLE: [93, "Capabilities insufficient"],
} as const satisfies Readonly<
  Record<string, readonly [number, string] | readonly [number, string, number, string]>
>;

export type Errno = keyof typeof TABLE;

/** Source: errno.h of the system. */
export function errnoNumber(errno: Errno, family: "freebsd" | "illumos" = "freebsd"): number {
  const [freebsd, , illumos = freebsd] = TABLE[errno] as readonly [number, string, number?, string?];
  return family === "illumos" ? illumos : freebsd;
}

/** The text that programs print. Source: strerror(3); usr/src/lib/libc/port/gen/errlst.c. */
export function strerror(errno: Errno, family: "freebsd" | "illumos" = "freebsd"): string {
  const [, freebsd, , illumos = freebsd] = TABLE[errno] as readonly [number, string, number?, string?];
  return family === "illumos" ? illumos : freebsd;
}
