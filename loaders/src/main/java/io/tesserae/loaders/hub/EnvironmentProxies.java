package io.tesserae.loaders.hub;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The proxies that {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY} name, as curl and Python read
 * them. A name and password in a proxy's address are used where it asks for them; the JDK sends them through a tunnel, and so to
 * any {@code https} address, only with {@code -Djdk.http.auth.tunneling.disabledSchemes=}.
 */
final class EnvironmentProxies extends ProxySelector {

    private static final int DEFAULT_PORT = 80;

    private final Optional<URI> forHttp;
    private final Optional<URI> forHttps;
    private final List<String> direct;

    private EnvironmentProxies(Optional<URI> forHttp, Optional<URI> forHttps, List<String> direct) {
        this.forHttp = forHttp;
        this.forHttps = forHttps;
        this.direct = direct;
    }

    /** Empty where the environment names no proxy. */
    static Optional<EnvironmentProxies> of(Map<String, String> environment) {
        Optional<URI> all = proxy(environment, "ALL_PROXY");
        Optional<URI> forHttp = proxy(environment, "HTTP_PROXY").or(() -> all);
        Optional<URI> forHttps = proxy(environment, "HTTPS_PROXY").or(() -> all);
        if (forHttp.isEmpty() && forHttps.isEmpty()) {
            return Optional.empty();
        }
        List<String> direct = variable(environment, "NO_PROXY").stream()
                .flatMap(list -> Arrays.stream(list.split(",")))
                .map(host -> host.strip().toLowerCase(Locale.ROOT))
                .filter(host -> !host.isEmpty())
                .toList();
        return Optional.of(new EnvironmentProxies(forHttp, forHttps, direct));
    }

    @Override
    public List<Proxy> select(URI target) {
        Optional<URI> proxy = "https".equals(target.getScheme()) ? forHttps : forHttp;
        if (proxy.isEmpty() || target.getHost() == null || isDirect(target)) {
            return List.of(Proxy.NO_PROXY);
        }
        int port = proxy.get().getPort() < 0 ? DEFAULT_PORT : proxy.get().getPort();
        return List.of(new Proxy(
                Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.get().getHost(), port)));
    }

    @Override
    public void connectFailed(URI target, SocketAddress proxy, IOException failure) {
        // Whoever connects is told as well.
    }

    /** Whether there is something to answer a proxy that asks who one is. */
    boolean haveCredentials() {
        return Stream.of(forHttps, forHttp).flatMap(Optional::stream).anyMatch(proxy -> proxy.getRawUserInfo() != null);
    }

    /** Answers the proxies, and nobody else. */
    Authenticator authenticator() {
        return new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                if (getRequestorType() != RequestorType.PROXY) {
                    return null;
                }
                return List.of(forHttps, forHttp).stream()
                        .flatMap(Optional::stream)
                        .filter(proxy -> proxy.getRawUserInfo() != null
                                && proxy.getHost().equalsIgnoreCase(getRequestingHost()))
                        .findFirst()
                        .map(EnvironmentProxies::credentials)
                        .orElse(null);
            }
        };
    }

    private static PasswordAuthentication credentials(URI proxy) {
        String[] parts = proxy.getRawUserInfo().split(":", 2);
        String password = parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8);
        return new PasswordAuthentication(URLDecoder.decode(parts[0], StandardCharsets.UTF_8), password.toCharArray());
    }

    /** Whether the list has the host, a domain that it lies in, or everything. */
    private boolean isDirect(URI target) {
        String host = target.getHost().toLowerCase(Locale.ROOT);
        String hostAndPort = host + ":" + target.getPort();
        return direct.stream().anyMatch(entry -> {
            String domain = entry.startsWith("*.") ? entry.substring(1) : entry;
            String suffix = domain.startsWith(".") ? domain : "." + domain;
            return entry.equals("*") || host.equals(entry) || hostAndPort.equals(entry) || host.endsWith(suffix);
        });
    }

    private static Optional<URI> proxy(Map<String, String> environment, String name) {
        return variable(environment, name).map(text -> {
            String address = text.contains("://") ? text : "http://" + text;
            try {
                URI proxy = URI.create(address);
                if (proxy.getHost() != null && "http".equals(proxy.getScheme())) {
                    return proxy;
                }
            } catch (IllegalArgumentException e) {
                // Then it is none.
            }
            // Not what was found: it may hold a password.
            throw new IllegalArgumentException(
                    name + ": expected a proxy's address, http://host:port; found another form");
        });
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name.toLowerCase(Locale.ROOT)))
                .or(() -> Optional.ofNullable(environment.get(name)))
                .filter(value -> !value.isBlank());
    }
}
