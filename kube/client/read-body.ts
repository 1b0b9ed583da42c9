/** The text of a body, or its beginning. */
export interface BodyText {
  readonly text: string;
  /** Whether the body has no more bytes than were allowed. */
  readonly isComplete: boolean;
}

/**
 * Reads a body, and stops when it has more bytes than allowed. Decoding each chunk as it arrives
 * leaves no second copy of a list page in memory.
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<BodyText> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of body) {
    const rest = maxBytes - bytes;
    bytes += chunk.length;
    text += decoder.decode(chunk.subarray(0, rest), { stream: true });
    if (bytes > maxBytes) return { text, isComplete: false };
  }
  return { text: text + decoder.decode(), isComplete: true };
}
