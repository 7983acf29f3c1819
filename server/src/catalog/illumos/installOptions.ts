/** What `zoneadm install` of a brand can start from: a repository, files, an image, the host, or nothing. */
export type InstallWay = "packages" | "archive" | "directory" | "image" | "copy" | "empty";

/** An option of `zoneadm install` that the brand takes. */
export interface InstallOption {
  readonly flag: string;
  /** What it takes, as a manual would put it; absent for a switch. */
  readonly argument?: string;
  /** The way of installing that it chooses. */
  readonly way?: InstallWay;
  readonly doc: string;
}

const ARCHIVE: InstallOption = {
  flag: "-a",
  argument: "archive",
  way: "archive",
  doc: "Unpack an archive of a system.",
};
const DIRECTORY: InstallOption = {
  flag: "-d",
  argument: "directory",
  way: "directory",
  doc: "Copy a directory with a system.",
};
const SILENT: InstallOption = { flag: "-s", doc: "Say nothing." };
const VERBOSE: InstallOption = { flag: "-v", doc: "Say more." };
const UNCONFIGURE: InstallOption = {
  flag: "-u",
  doc: "Make what was unpacked or copied forget its identity.",
};

/** Letters by the brands' config.xml (`a:c:d:e:hk:P:p:suv`), meanings by pkgcreatezone and image_install. */
export const PACKAGE_OPTIONS: readonly InstallOption[] = [
  ARCHIVE,
  { flag: "-c", argument: "certificate", doc: "Certificate for the publisher of `-P`." },
  DIRECTORY,
  { flag: "-e", argument: "package", way: "packages", doc: "Install this package too." },
  { flag: "-h", doc: "Show the usage." },
  { flag: "-k", argument: "key", doc: "Key for the publisher of `-P`." },
  {
    flag: "-P",
    argument: "publisher=uri",
    way: "packages",
    doc: "Take packages from this publisher first.",
  },
  {
    flag: "-p",
    argument: "…",
    doc: "Keep the identity of what was unpacked or copied; by its letters it takes an argument.",
  },
  SILENT,
  UNCONFIGURE,
  VERBOSE,
];

/** `a:d:Fpsuv`. */
export const SOLARIS10_OPTIONS: readonly InstallOption[] = [
  ARCHIVE,
  DIRECTORY,
  { flag: "-F", doc: "Go on although a check of the archive fails." },
  { flag: "-p", doc: "Keep the identity of what was unpacked or copied." },
  SILENT,
  UNCONFIGURE,
  VERBOSE,
];

/** `s:`. */
export const IMAGE_OPTIONS: readonly InstallOption[] = [
  {
    flag: "-s",
    argument: "dataset, snapshot or file",
    way: "image",
    doc: "The image that becomes the root.",
  },
];

/** `R:t:U:q:z:`; vmadm(8) supplies them. */
export const JOYENT_OPTIONS: readonly InstallOption[] = [
  { flag: "-R", argument: "zonepath", doc: "Zonepath of the zone." },
  { flag: "-t", argument: "image", way: "image", doc: "Dataset of the image to clone." },
  { flag: "-U", argument: "uuid", doc: "UUID of the zone." },
  { flag: "-q", argument: "gigabytes", doc: "Quota of the dataset." },
  { flag: "-z", argument: "zone", doc: "Name of the zone." },
];

/** `d:hsvX`. */
export const LX_2007_OPTIONS: readonly InstallOption[] = [
  { ...DIRECTORY, argument: "archive or medium", way: "archive", doc: "Where the distribution is." },
  { flag: "-h", doc: "Show the usage." },
  SILENT,
  VERBOSE,
  { flag: "-X", doc: "For those who look for errors in the installer." },
];
