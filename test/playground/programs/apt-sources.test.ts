import {
  debianMirrors,
  parseDeb822,
  parseSourcesList,
  type AptSource,
} from '../../../playground/programs/apt-sources.ts';

test('reads the one-line format', () => {
  const text = `
# deb http://commented.example/debian bookworm main
deb http://deb.example/debian bookworm main contrib # a remark
deb-src http://deb.example/debian bookworm main
deb [arch=amd64 signed-by=/keys/a.gpg] https://b.example/apt stable main
`;
  expect(parseSourcesList(text)).toEqual([
    { uri: 'http://deb.example/debian', suites: ['bookworm'], components: ['main', 'contrib'] },
    {
      uri: 'https://b.example/apt',
      suites: ['stable'],
      components: ['main'],
      signedBy: '/keys/a.gpg',
    },
  ]);
});

test('reads the deb822 format', () => {
  const text = `Types: deb deb-src
# a remark
URIs: http://deb.example/debian http://second.example/debian
Suites: trixie
 trixie-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
Enabled: no
URIs: http://disabled.example/debian
Suites: trixie
Components: main

Types: deb
URIs: http://inline.example/debian
Suites: trixie
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
`;
  const suites = ['trixie', 'trixie-updates'];
  const signedBy = '/usr/share/keyrings/debian-archive-keyring.gpg';
  expect(parseDeb822(text)).toEqual([
    { uri: 'http://deb.example/debian', suites, components: ['main'], signedBy },
    { uri: 'http://second.example/debian', suites, components: ['main'], signedBy },
    { uri: 'http://inline.example/debian', suites: ['trixie'], components: ['main'] },
  ]);
});

test('a mirror serves one of the suites in main', () => {
  const source = (suite: string, component = 'main'): AptSource => ({
    uri: `http://${suite}.example`,
    suites: [suite],
    components: [component],
  });
  const sources = [
    source('bookworm'),
    source('bookworm-security'),
    source('nodistro'),
    source('sid', 'contrib'),
  ];
  expect(debianMirrors(sources, ['bookworm', 'sid'])).toEqual([source('bookworm')]);
});
