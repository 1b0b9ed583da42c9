import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pinBaseImages, readBaseImages } from '../../../scripts/release/base-images.ts';

const dockerfile = `
ARG NODE_IMAGE=docker.io/library/node:24
ARG BASE_IMAGE=gcr.io/base:nonroot
FROM \${NODE_IMAGE} AS build
`;
const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

describe('readBaseImages', () => {
  test('reads the base images of the Dockerfile of this checkout', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../Dockerfile'), 'utf8');
    const { NODE_IMAGE: build, BASE_IMAGE: base } = readBaseImages(text);
    expect(build).toMatchObject({ registry: 'docker.io', repository: 'library/node' });
    expect(base.tag).toBe('nonroot');
  });

  test('names the argument that a Dockerfile lacks', () => {
    expect(() => readBaseImages('FROM scratch')).toThrow('Dockerfile: add ARG NODE_IMAGE=');
  });

  test.each(['node:24', 'docker.io/library/node', 'docker.io/library/node@sha256:1'])(
    'rejects %s, whose registry or tag is missing',
    (name) => {
      const text = dockerfile.replace('docker.io/library/node:24', name);
      expect(() => readBaseImages(text)).toThrow(`${name}: name the registry and a tag`);
    },
  );
});

describe('pinBaseImages', () => {
  const pinned = pinBaseImages(dockerfile, { NODE_IMAGE: digest('1'), BASE_IMAGE: digest('2') });

  test('adds digests to the tags of the base images', () => {
    expect(pinned).toBe(`
ARG NODE_IMAGE=docker.io/library/node:24@${digest('1')}
ARG BASE_IMAGE=gcr.io/base:nonroot@${digest('2')}
FROM \${NODE_IMAGE} AS build
`);
  });

  test('replaces the digests of a previous release', () => {
    const next = pinBaseImages(pinned, { NODE_IMAGE: digest('3'), BASE_IMAGE: digest('4') });
    expect(next).toBe(pinned.replace(digest('1'), digest('3')).replace(digest('2'), digest('4')));
  });
});
