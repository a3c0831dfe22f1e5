/** Which numbers of bytes are understood, in words. */
export const SIZE_UNITS = "B, kB, MB, GB, KiB, MiB or GiB";

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

/** How a size is written: a number with its unit. */
export const SIZE: RegExp = /^(?<count>[1-9][0-9]{0,5})(?<unit>B|kB|KB|MB|GB|KiB|MiB|GiB)$/u;

/** The bytes of a text that {@link SIZE} takes. */
export function bytesOf(size: string): number {
  const { count, unit = "B" } = SIZE.exec(size)?.groups ?? {};
  return Number(count) * (UNITS[unit] ?? 1);
}
