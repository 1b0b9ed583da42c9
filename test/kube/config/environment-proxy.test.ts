import { environmentProxy } from '../../../kube/config/environment-proxy.ts';

const proxy = 'http://proxy:3128';

describe('environmentProxy', () => {
  test.each<[string, Record<string, string>, string, string | undefined]>([
    ['https', { HTTPS_PROXY: proxy }, 'https://10.96.0.1:443', proxy],
    ['https, in lower case', { https_proxy: proxy }, 'https://10.96.0.1', proxy],
    [
      'https, with an empty variable',
      { HTTPS_PROXY: '', https_proxy: proxy },
      'https://a.b',
      proxy,
    ],
    ['https, only set for http', { HTTP_PROXY: proxy }, 'https://10.96.0.1', undefined],
    ['http', { HTTP_PROXY: proxy }, 'http://api.example.com', proxy],
    ['http in CGI', { HTTP_PROXY: proxy, REQUEST_METHOD: 'GET' }, 'http://a.b', undefined],
    ['a proxy without scheme', { HTTPS_PROXY: 'proxy:3128' }, 'https://a.b', proxy],
    ['a proxy with a login', { HTTPS_PROXY: 'u:p@proxy' }, 'https://a.b', 'http://u:p@proxy'],
    ['a SOCKS5 proxy', { HTTPS_PROXY: 'socks5://p:1080' }, 'https://a.b', 'socks5://p:1080'],
    ['a SOCKS5H proxy', { HTTPS_PROXY: 'socks5h://p:1080' }, 'https://a.b', 'socks5://p:1080'],
    ['an invalid proxy', { HTTPS_PROXY: '::' }, 'https://a.b', undefined],
    ['ALL_PROXY, which Go ignores', { ALL_PROXY: proxy }, 'https://a.b', undefined],
    ['nothing', {}, 'https://a.b', undefined],
    ['localhost', { HTTPS_PROXY: proxy }, 'https://localhost:6443', undefined],
    ['an IPv4 loopback address', { HTTPS_PROXY: proxy }, 'https://127.9.9.9:6443', undefined],
    ['an IPv6 loopback address', { HTTPS_PROXY: proxy }, 'https://[::1]:6443', undefined],
  ])('reads the proxy for %s', (_, env, server, expected) => {
    expect(environmentProxy(server, env)).toBe(expected);
  });

  // The cases of golang.org/x/net/http/httpproxy, and more.
  test.each<[string, string, boolean]>([
    ['*', 'https://a.b', true],
    ['x,*', 'https://[fd00::1]', true],
    ['10.96.0.1', 'https://10.96.0.1', true],
    ['10.96.0.1', 'https://10.96.0.10', false],
    ['10.96.0.1:443', 'https://10.96.0.1', true],
    ['10.96.0.1:6443', 'https://10.96.0.1:443', false],
    ['10.96.0.1:6443', 'https://10.96.0.1:6443', true],
    ['10.96.0.0/12', 'https://10.111.255.255', true],
    ['10.96.0.0/12', 'https://10.112.0.0', false],
    ['10.96.0.1/33', 'https://10.96.0.1', false],
    ['0.0.0.0/0', 'https://10.112.0.0', true],
    ['0.0.0.0/0', 'https://api.example.com', false],
    ['fd00::/8', 'https://[fd12::1]:6443', true],
    ['fd00::/8', 'https://[fe80::1]', false],
    ['fd00::1', 'https://[fd00:0:0::1]', true],
    ['[fd00::1]', 'https://[fd00::1]', true],
    ['[fd00::1]:443', 'https://[fd00::1]', true],
    ['[fd00::1]:80', 'https://[fd00::1]', false],
    ['::ffff:10.0.0.1', 'https://10.0.0.1', true],
    ['example.com', 'https://example.com', true],
    ['example.com', 'https://api.example.com', true],
    ['example.com', 'https://badexample.com', false],
    ['example.com', 'https://example.com.org', false],
    ['EXAMPLE.com', 'https://Api.Example.Com', true],
    ['.example.com', 'https://api.example.com', true],
    ['.example.com', 'https://example.com', false],
    ['*.example.com', 'https://a.api.example.com', true],
    ['*.example.com', 'https://example.com', false],
    ['example.com:443', 'https://api.example.com', true],
    ['example.com:80', 'https://api.example.com', false],
    [' a , kubernetes.default.svc ,,', 'https://kubernetes.default.svc', true],
    [':443', 'https://api.example.com', false],
    ['1.0.0.1', 'https://x.1.0.0.1.example', false],
    ['.0.0.1', 'https://10.0.0.1', false],
    ['', 'https://example.com', false],
  ])('NO_PROXY=%s for %s: direct is %s', (noProxy, server, isDirect) => {
    const env = { HTTPS_PROXY: proxy, NO_PROXY: noProxy };
    expect(environmentProxy(server, env)).toBe(isDirect ? undefined : proxy);
    const lower = { https_proxy: proxy, no_proxy: noProxy };
    expect(environmentProxy(server, lower)).toBe(isDirect ? undefined : proxy);
  });
});
