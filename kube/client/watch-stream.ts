import { ApiError, type Status } from '../api/errors.ts';

/** A change of an object, or a BOOKMARK with the version that the watch has reached. */
export type WatchEvent<T> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  | {
      readonly type: 'BOOKMARK';
      readonly object: { readonly metadata: { readonly resourceVersion: string } };
    };

/**
 * Parses the body of a watch, which has one JSON event per line. Text after the last line end is a
 * truncated event and is dropped; a watch resumed from the previous version delivers it again.
 *
 * @param request the watch as errors name it
 * @throws ApiError for an ERROR event; an error for a line that is not an event, or too long
 */
export async function* watchEvents<T>(
  body: AsyncIterable<Uint8Array>,
  request: string,
): AsyncGenerator<WatchEvent<T>, void, undefined> {
  for await (const line of splitLines(body)) {
    const event = JSON.parse(line) as WatchEvent<T> | { type: 'ERROR'; object: Status };
    if (event.type === 'ERROR') {
      throw new ApiError(request, event.object.code ?? 500, event.object);
    }
    yield event;
  }
}

/** Characters of a line, several times the size of the largest object. */
const maxLineLength = 16 << 20;

async function* splitLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  // Only chunks are searched. A search in the joined text would copy it with every chunk.
  let rest = '';
  for await (const chunk of body) {
    const text = decoder.decode(chunk, { stream: true });
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      const line = rest + text.slice(start, end);
      rest = '';
      start = end + 1;
      if (line !== '') yield line;
    }
    rest += text.slice(start);
    if (rest.length > maxLineLength) throw new Error('an event of the watch has no end');
  }
}
