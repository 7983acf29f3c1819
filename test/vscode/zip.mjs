import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { inflateRawSync } from "node:zlib";

const [endOfDirectory, directoryEntry] = [0x06054b50, 0x02014b50];

/** The files of a small zip archive (no zip64, no encryption), as a map from path to contents. */
export async function readZip(file) {
  const data = await readFile(file);
  let end = data.length - 22;
  while (end >= 0 && data.readUInt32LE(end) !== endOfDirectory) end--;
  if (end < 0) throw new Error(`${file} is no zip archive`);
  const files = new Map();
  let at = data.readUInt32LE(end + 16);
  for (let left = data.readUInt16LE(end + 10); left > 0; left--) {
    if (data.readUInt32LE(at) !== directoryEntry) throw new Error(`${file}: broken directory at ${at}`);
    const [method, packed] = [data.readUInt16LE(at + 10), data.readUInt32LE(at + 20)];
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => data.readUInt16LE(at + offset));
    const name = data.toString("utf8", at + 46, at + 46 + nameLength);
    const local = data.readUInt32LE(at + 42);
    const start = local + 30 + data.readUInt16LE(local + 26) + data.readUInt16LE(local + 28);
    const bytes = data.subarray(start, start + packed);
    if (!name.endsWith("/")) files.set(name, method === 0 ? bytes : inflateRawSync(bytes));
    at += 46 + nameLength + extra + comment;
  }
  return files;
}

/** Unpacks the files below one folder of an archive into a fresh folder. */
export async function unpack(files, prefix, target) {
  await rm(target, { recursive: true, force: true });
  for (const [name, contents] of files) {
    if (!name.startsWith(prefix)) continue;
    const path = join(target, name.slice(prefix.length));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contents);
  }
}
