/** Where images live: a folder on one machine, a bucket in the cloud. Keys are relative paths of safe characters. */
export type MediaStore = {
  read(key: string): Promise<Buffer | undefined>;
  /** Whole or not at all; the same key again is the same content. */
  write(key: string, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
};

/** The largest image that is kept; what is made of one is smaller. */
export const largestImageBytes = 16 * 1024 * 1024;

/** An uploaded image is named by the SHA-256 of its bytes; what is made of it lies beside it. */
export function originalKey(sha256: string): string {
  return `${sha256.slice(0, 2)}/${sha256}/original`;
}

export function renditionKey(sha256: string, width: number): string {
  return `${sha256.slice(0, 2)}/${sha256}/${width}.webp`;
}
