import type { BrandRuntime } from "../../../catalog/illumos/brandRuntime.ts";
import type { InstallWay } from "../../../catalog/illumos/installOptions.ts";
import { allowed, denied, type Outcome } from "../../decision.ts";
import { isResult, readOptions } from "../../shell/options.ts";

/** What the words behind `zoneadm install` ask for. Source: pkgcreatezone, image_install, lx_install and their like. */
export interface InstallPlan {
  readonly way: InstallWay;
  /** An archive, a directory, or an image: file, dataset or snapshot. */
  readonly source?: string;
  /** The publisher of `-P`. */
  readonly publisher?: string;
  /** Packages of `-e`. */
  readonly extra: readonly string[];
  /** Bytes of `-q`. */
  readonly quota?: number;
  readonly silent: boolean;
  /** `-u`: what is unpacked or copied forgets its identity. */
  readonly unconfigure: boolean;
}

/** The letters that a brand takes, as for getopt(3). */
export function installLetters({ installOptions }: BrandRuntime): string {
  return installOptions
    .map(({ flag, argument }) => `${flag.slice(1)}${argument === undefined || argument === "…" ? "" : ":"}`)
    .join("");
}

const GIGABYTE = 2 ** 30;

/**
 * Reads the options of a brand.
 * @returns EINVAL: rule `install/usage` for what zoneadm itself does not take, `install/options` for what the program
 * of the brand says no to
 */
export function installPlan(runtime: BrandRuntime, words: readonly string[]): Outcome<InstallPlan> {
  const options = readOptions("install", words, installLetters(runtime), "");
  if (isResult(options)) return wrong(options.stderr.trim().replace(/^install: /, ""), "usage");
  if (options.rest.length > 0) return wrong(`${options.rest[0]} is no option`, "usage");
  if (options.has("h")) return wrong("that is the usage", "usage");
  const { values } = options;
  const ways = [...new Set(options.flags.flatMap((letter) => wayOf(runtime, letter) ?? []))];
  if (options.has("a") && options.has("d")) return wrong("-a and -d exclude each other");
  if (options.has("s") && options.has("v") && values["s"] === undefined)
    return wrong("-s and -v exclude each other");
  if (options.has("u") && options.has("p")) return wrong("-u and -p exclude each other");
  const [way = runtime.install[0] ?? "packages", other] = ways;
  if (other !== undefined) return wrong("options for packages do not go with -a or -d");
  const copied = way === "archive" || way === "directory";
  const identity = options.has("u") || options.has("p");
  if (copied && !identity && takes(runtime, "u")) return wrong("-a and -d need -u or -p");
  if (!copied && identity) return wrong("-u and -p are for -a and -d");
  const source = (copied ? (values["a"] ?? values["d"]) : (values["s"] ?? values["t"])) ?? "";
  if (source === "" && (copied || way === "image")) return wrong("the source of the installation is missing");
  const publisher = values["P"];
  if (publisher !== undefined && !/^[^=]+=.+/.test(publisher)) return wrong("-P takes publisher=uri");
  const gigabytes = Number(values["q"] ?? 0);
  return allowed(
    {
      way,
      ...(source !== "" && { source }),
      ...(publisher !== undefined && { publisher }),
      extra: extraPackages(words),
      ...(gigabytes > 0 && { quota: gigabytes * GIGABYTE }),
      silent: options.has("s") && way !== "image",
      unconfigure: options.has("u"),
    },
    "install/options",
    "The brand knows what to do.",
  );
}

function wayOf({ installOptions }: BrandRuntime, letter: string): InstallWay | undefined {
  return installOptions.find(({ flag }) => flag === `-${letter}`)?.way;
}

function takes({ installOptions }: BrandRuntime, letter: string): boolean {
  return installOptions.some(({ flag }) => flag === `-${letter}`);
}

/** `-e` may come more than once. */
function extraPackages(words: readonly string[]): string[] {
  return words.flatMap((word, i) => {
    if (word === "-e") return words[i + 1] ?? [];
    return /^-e./.test(word) ? word.slice(2) : [];
  });
}

function wrong(text: string, what: "usage" | "options" = "options") {
  return denied("EINVAL", `install/${what}`, `The brand's installer does not accept this: ${text}.`);
}
