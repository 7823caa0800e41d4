package io.tesserae.fakehub;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that behaves like the Hugging Face hub, faults included: two servers in truth, the hub, and the one that has the large
 * files, which goes by another host name. It speaks just as much HTTP as is needed, over bare sockets, so that it can break every
 * rule.
 *
 * <p>As on the hub, large files (all safetensors, and whatever is longer than {@value #LARGE} bytes) are a 302 to the other host;
 * small files are a 307 to another path of the same host; and a model that has moved is a 307 from its old name.
 */
public final class FakeHub implements AutoCloseable {

    /** Longer files count as large. */
    public static final int LARGE = 100_000;

    static final String RELOCATED = "/api/resolve-cache/models/";

    private final ServerSocket hub;
    private final ServerSocket cdn;
    private final Map<String, FakeRepository> repositories = new ConcurrentHashMap<>();
    private final Map<String, String> moved = new ConcurrentHashMap<>();
    private final Map<String, Queue<Fault>> faults = new ConcurrentHashMap<>();
    private final List<FakeRequest> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger mostConnections = new AtomicInteger();
    private volatile int bytesPerSecond = Integer.MAX_VALUE;
    private volatile long delay;

    /** Starts both servers, on free ports. */
    public FakeHub() {
        try {
            hub = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
            cdn = new ServerSocket(0, 50, InetAddress.getByName("localhost"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(() -> listen(hub, FakeRequest.Host.HUB));
        Thread.ofVirtual().start(() -> listen(cdn, FakeRequest.Host.CDN));
    }

    /** What {@code HF_ENDPOINT} should be. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + hub.getLocalPort());
    }

    /** The model of this name, which is created where it is not there. */
    public FakeRepository repository(String name) {
        return repositories.computeIfAbsent(name, any -> new FakeRepository());
    }

    /** From now on the model is known by another name, and whoever asks for the old one is sent there. */
    public void move(String oldName, String newName) {
        repositories.put(newName, repositories.remove(oldName));
        moved.put(oldName, newName);
    }

    /**
     * Lets the next answer to such a request go wrong; faults for the same request queue up.
     *
     * @param request as {@link FakeRequest#summary()}
     */
    public void fault(String request, Fault... next) {
        Queue<Fault> queue = faults.computeIfAbsent(request, any -> new ArrayDeque<>());
        synchronized (queue) {
            queue.addAll(List.of(next));
        }
    }

    /** Bodies come no faster than this. */
    public void throttle(int newBytesPerSecond) {
        bytesPerSecond = newBytesPerSecond;
    }

    /** Answers come no sooner than this after the question. */
    public void delay(long milliseconds) {
        delay = milliseconds;
    }

    /** How many connections were open at the same time, at most. */
    public int mostConnections() {
        return mostConnections.get();
    }

    /** All requests so far, in the order in which they came. */
    public List<FakeRequest> requests() {
        return List.copyOf(requests);
    }

    /** {@link #requests()} begins anew. */
    public void forgetRequests() {
        requests.clear();
    }

    @Override
    public void close() {
        try {
            hub.close();
            cdn.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // --- Connections

    private void listen(ServerSocket server, FakeRequest.Host host) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket, host));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket, FakeRequest.Host host) {
        int open = connections.incrementAndGet();
        mostConnections.accumulateAndGet(open, Math::max);
        try (socket) {
            Optional<FakeRequest> request = read(socket.getInputStream(), host);
            if (request.isPresent()) {
                requests.add(request.get());
                Fault fault = nextFault(request.get().summary());
                Answer.pause(delay);
                if (!(fault instanceof Fault.Hangup)) {
                    answer(request.get(), fault).send(request.get(), fault, socket.getOutputStream(), bytesPerSecond);
                }
            }
        } catch (IOException e) {
            // The client has gone.
        } finally {
            connections.decrementAndGet();
        }
    }

    private Fault nextFault(String request) {
        Queue<Fault> queue = faults.get(request);
        if (queue == null) {
            return null;
        }
        synchronized (queue) {
            return queue.poll();
        }
    }

    private static Optional<FakeRequest> read(InputStream raw, FakeRequest.Host host) throws IOException {
        InputStream in = new BufferedInputStream(raw);
        String[] first = line(in).split(" ");
        if (first.length < 2) {
            return Optional.empty();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                return Optional.empty(); // no HTTP: a client that begins to encrypt, say
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return Optional.of(new FakeRequest(host, first[0], first[1], headers));
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    // --- Answers

    private Answer answer(FakeRequest request, Fault fault) {
        if (fault instanceof Fault.Status status) {
            return new Answer(status.code(), status.headers(), new byte[0]);
        }
        Answer own = request.host() == FakeRequest.Host.CDN ? cdnAnswer(request) : hubAnswer(request);
        return switch (fault) {
            case Fault.Body body -> new Answer(own.status, own.headers, body.bytes());
            case Fault.Headers changed -> own.withHeaders(changed.headers());
            case null, default -> own;
        };
    }

    private Answer hubAnswer(FakeRequest request) {
        String path = URI.create(request.target()).getRawPath();
        if (path.startsWith(RELOCATED)) {
            String[] parts = path.substring(RELOCATED.length()).split("/files/", 2);
            int slash = parts[0].lastIndexOf('/');
            return file(request, parts[0].substring(0, slash), parts[0].substring(slash + 1), parts[1], true);
        }
        int resolve = path.indexOf("/resolve/");
        if (resolve < 0) {
            return new Answer(404, Map.of(), "no such page".getBytes(StandardCharsets.UTF_8));
        }
        String name = path.substring(1, resolve);
        String[] revisionAndFile =
                path.substring(resolve + "/resolve/".length()).split("/", 2);
        String newName = moved.get(name);
        if (newName != null) {
            return new Answer(
                    307,
                    Map.of("Location", "/" + newName + path.substring(resolve)),
                    "Temporary Redirect".getBytes(StandardCharsets.UTF_8));
        }
        String revision = URLDecoder.decode(revisionAndFile[0], StandardCharsets.UTF_8);
        return file(request, name, revision, revisionAndFile[1], false);
    }

    private Answer file(FakeRequest request, String name, String revision, String file, boolean relocated) {
        FakeRepository repository = repositories.get(name);
        Optional<Answer> refusal = refusal(request, repository);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Optional<String> commit = repository.resolve(revision);
        if (commit.isEmpty()) {
            return error(404, "RevisionNotFound", "Invalid rev id: " + revision);
        }
        Optional<byte[]> bytes = repository.file(commit.get(), URLDecoder.decode(file, StandardCharsets.UTF_8));
        if (bytes.isEmpty()) {
            return error(404, "EntryNotFound", "Entry not found").withHeaders(Map.of("X-Repo-Commit", commit.get()));
        }
        return present(request, name, commit.get(), file, bytes.get(), relocated);
    }

    private static Optional<Answer> refusal(FakeRequest request, FakeRepository repository) {
        boolean anonymous = request.header("authorization").isEmpty();
        if (repository == null
                || repository.access() == FakeRepository.Access.PRIVATE && !isLetIn(request, repository)) {
            return Optional.of(error(anonymous ? 401 : 404, "RepoNotFound", "Repository not found"));
        }
        if (repository.access() == FakeRepository.Access.GATED && !isLetIn(request, repository)) {
            return Optional.of(error(anonymous ? 401 : 403, "GatedRepo", "Access to this model is restricted"));
        }
        return Optional.empty();
    }

    private static boolean isLetIn(FakeRequest request, FakeRepository repository) {
        return request.header("authorization").orElse("").equals("Bearer " + repository.token());
    }

    private Answer present(
            FakeRequest request, String name, String commit, String file, byte[] bytes, boolean relocated) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-Repo-Commit", commit);
        if (bytes.length > LARGE || file.endsWith(".safetensors")) {
            String sha256 = FakeRepository.sha256(bytes);
            headers.put("X-Linked-Etag", "\"" + sha256 + "\"");
            headers.put("X-Linked-Size", String.valueOf(bytes.length));
            headers.put("ETag", "\"" + FakeRepository.gitSha1(sha256.getBytes(StandardCharsets.UTF_8)) + "\"");
            headers.put("Location", "http://localhost:" + cdn.getLocalPort() + "/" + sha256 + "?file=" + file);
            return new Answer(302, headers, "Found. Redirecting".getBytes(StandardCharsets.UTF_8));
        }
        headers.put("ETag", "W/\"" + FakeRepository.gitSha1(bytes) + "\"");
        if (!relocated) {
            headers.put("Location", RELOCATED + name + "/" + commit + "/files/" + file);
            return new Answer(307, headers, "Temporary Redirect".getBytes(StandardCharsets.UTF_8));
        }
        return new Answer(200, headers, bytes).inRange(request);
    }

    private Answer cdnAnswer(FakeRequest request) {
        String sha256 = URI.create(request.target()).getPath().substring(1);
        return repositories.values().stream()
                .flatMap(repository -> repository.largeFile(sha256).stream())
                .findFirst()
                .map(bytes -> new Answer(200, Map.of("ETag", "\"x\""), bytes).inRange(request))
                .orElseGet(() -> new Answer(403, Map.of(), new byte[0]));
    }

    private static Answer error(int status, String code, String message) {
        return new Answer(
                status,
                Map.of("X-Error-Code", code, "X-Error-Message", message),
                message.getBytes(StandardCharsets.UTF_8));
    }

    private record Answer(int status, Map<String, String> headers, byte[] body, byte[] whole) {

        Answer(int status, Map<String, String> headers, byte[] body) {
            this(status, headers, body, body);
        }

        Answer withHeaders(Map<String, String> more) {
            Map<String, String> all = new LinkedHashMap<>(headers);
            all.putAll(more);
            return new Answer(status, all, body, whole);
        }

        Answer inRange(FakeRequest request) {
            Optional<String> range = request.header("range");
            if (range.isEmpty()) {
                return this;
            }
            int first = Integer.parseInt(range.get().replaceAll("bytes=(\\d+)-", "$1"));
            if (first >= body.length) {
                return new Answer(416, Map.of("Content-Range", "bytes */" + body.length), new byte[0]);
            }
            Map<String, String> all = new LinkedHashMap<>(headers);
            all.put("Content-Range", "bytes " + first + "-" + (body.length - 1) + "/" + body.length);
            return new Answer(206, all, Arrays.copyOfRange(body, first, body.length), body);
        }

        void send(FakeRequest request, Fault fault, OutputStream out, int bytesPerSecond) throws IOException {
            if (fault instanceof Fault.IgnoredRange && status == 206) {
                Map<String, String> all = new LinkedHashMap<>(headers);
                all.remove("Content-Range");
                new Answer(200, all, whole).send(request, null, out, bytesPerSecond);
                return;
            }
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Status\r\nConnection: close\r\n");
            Map<String, String> all = new LinkedHashMap<>();
            all.put("Content-Length", fault instanceof Fault.Endless ? "" : String.valueOf(body.length));
            all.putAll(headers);
            all.forEach((name, value) -> {
                if (!value.isEmpty()) {
                    head.append(name).append(": ").append(value).append("\r\n");
                }
            });
            out.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
            if (!request.method().equals("HEAD")) {
                sendBody(fault, out, bytesPerSecond);
            }
            out.flush();
        }

        /**
         * When a connection breaks, the JDK's client drops what it has received and nobody has read yet: {@code
         * HttpResponseInputStream} looks for the failure first. A test that counts bytes needs them read before.
         */
        private static final int BEFORE_A_CUT_MILLISECONDS = 100;

        private void sendBody(Fault fault, OutputStream out, int bytesPerSecond) throws IOException {
            int end = switch (fault) {
                case Fault.Cut cut -> Math.min(cut.afterBytes(), body.length);
                case Fault.Stall stall -> Math.min(stall.afterBytes(), body.length);
                case null, default -> body.length;
            };
            while (fault instanceof Fault.Endless) {
                out.write(new byte[LARGE]); // until the client has had enough
            }
            int step = Math.max(1, bytesPerSecond / 50);
            for (int start = 0; start < end; start += Math.min(step, end - start)) {
                out.write(body, start, Math.min(step, end - start));
                if (bytesPerSecond < Integer.MAX_VALUE) {
                    out.flush();
                    pause(20);
                }
            }
            if (fault instanceof Fault.Stall stall) {
                out.flush();
                pause(stall.milliseconds());
            }
            if (fault instanceof Fault.Cut) {
                out.flush();
                pause(BEFORE_A_CUT_MILLISECONDS);
            }
        }

        private static void pause(long milliseconds) {
            try {
                Thread.sleep(milliseconds);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
