import { version as packaged } from "../../package.json";

/** The version of the extension, its server and its command line: they are one package. */
export const version: string = packaged;
