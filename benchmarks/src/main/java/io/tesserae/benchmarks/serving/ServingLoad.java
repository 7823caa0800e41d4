package io.tesserae.benchmarks.serving;

import com.google.gson.Gson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks servers, with as many clients at a time as wanted, and says how many answers a second they gave and how long they took. Each
 * client asks for one text, waits for the answer, and asks for the next. Servers take turns, round by round, so that all
 * meet the same machine. Every answer is compared with what the same server says of that text if nobody else asks.
 */
public final class ServingLoad {

    private static final Gson JSON = new Gson();

    private ServingLoad() {}

    /**
     * A server, and what it answers to each text when nobody else asks.
     *
     * @param alone is filled before the measurement
     */
    record Server(URI address, Map<String, byte[]> alone) {}

    /** What one server did with so many clients for some seconds. */
    record Outcome(double seconds, double[] sortedMillis, Map<Integer, Integer> statuses, int otherThanAlone) {

        double perSecond() {
            return sortedMillis.length / seconds;
        }

        /** So many milliseconds or fewer took this share of the answers. */
        double quantile(double share) {
            return sortedMillis.length == 0
                    ? Double.NaN
                    : sortedMillis[(int) Math.min(sortedMillis.length - 1, Math.ceil(share * sortedMillis.length))];
        }
    }

    /**
     * Arguments: a file of texts, one a line; numbers of clients, {@code 1,8,64}; seconds; rounds; and the addresses, such as
     * {@code http://127.0.0.1:8080/predict}.
     */
    public static void main(String[] arguments) throws Exception {
        List<String> texts = Files.readAllLines(Path.of(arguments[0])).stream()
                .filter(line -> !line.isBlank())
                .toList();
        int[] clients = Arrays.stream(arguments[1].split(","))
                .mapToInt(Integer::parseInt)
                .toArray();
        double seconds = Double.parseDouble(arguments[2]);
        int rounds = Integer.parseInt(arguments[3]);
        List<Server> servers = Arrays.stream(arguments)
                .skip(4)
                .map(address -> new Server(URI.create(address), new HashMap<>()))
                .toList();
        for (Server server : servers) { // warms up, too
            askEach(server, texts);
            ask(server, texts, 16, seconds);
        }
        System.out.println(
                "| clients | server | answers a second | p50, ms | p95, ms | p99, ms | statuses | other than alone |");
        System.out.println("|--:|---|--:|--:|--:|--:|---|--:|");
        for (int count : clients) {
            List<List<Outcome>> outcomes = servers.stream()
                    .map(_ -> (List<Outcome>) new ArrayList<Outcome>())
                    .toList();
            for (int round = 0; round < rounds; round++) {
                for (int server = 0; server < servers.size(); server++) {
                    outcomes.get(server).add(ask(servers.get(server), texts, count, seconds));
                }
            }
            for (int server = 0; server < servers.size(); server++) {
                System.out.println(row(count, servers.get(server).address, outcomes.get(server)));
            }
        }
    }

    private static void askEach(Server server, List<String> texts) throws IOException, InterruptedException {
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (String text : texts) {
                HttpResponse<byte[]> answer =
                        http.send(request(server.address, text), HttpResponse.BodyHandlers.ofByteArray());
                if (answer.statusCode() != 200) {
                    throw new IOException(server.address + ": expected status 200, found " + answer.statusCode()
                            + " for the text: " + text);
                }
                server.alone.put(text, answer.body());
            }
        }
    }

    private static HttpRequest request(URI server, String text) {
        return HttpRequest.newBuilder(server)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.toJson(Map.of("inputs", text))))
                .build();
    }

    private static Outcome ask(Server server, List<String> texts, int clients, double seconds)
            throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        List<Asking> asking = new ArrayList<>();
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (int i = 0; i < clients; i++) {
                Asking one = new Asking(http, server, texts, next, end);
                asking.add(one);
                one.thread = Thread.ofVirtual().start(one::run);
            }
            for (Asking one : asking) {
                one.thread.join();
            }
        }
        double took = (System.nanoTime() - start) / 1e9;
        Map<Integer, Integer> statuses = new TreeMap<>();
        asking.forEach(one -> one.statuses.forEach((status, count) -> statuses.merge(status, count, Integer::sum)));
        double[] millis = asking.stream()
                .flatMap(one -> one.millis.stream())
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        int otherThanAlone = asking.stream().mapToInt(one -> one.otherThanAlone).sum();
        return new Outcome(took, millis, statuses, otherThanAlone);
    }

    /** Medians of the rounds. */
    private static String row(int clients, URI server, List<Outcome> rounds) {
        Map<Integer, Integer> statuses = new TreeMap<>();
        rounds.forEach(round -> round.statuses.forEach((status, count) -> statuses.merge(status, count, Integer::sum)));
        return String.format(
                Locale.ROOT,
                "| %d | %s | %.0f | %.1f | %.1f | %.1f | %s | %d |",
                clients,
                server,
                median(rounds.stream().mapToDouble(Outcome::perSecond).toArray()),
                median(rounds.stream().mapToDouble(round -> round.quantile(0.5)).toArray()),
                median(rounds.stream()
                        .mapToDouble(round -> round.quantile(0.95))
                        .toArray()),
                median(rounds.stream()
                        .mapToDouble(round -> round.quantile(0.99))
                        .toArray()),
                statuses,
                rounds.stream().mapToInt(Outcome::otherThanAlone).sum());
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    /** One client. Status 0 is for connections that failed. */
    private static final class Asking {

        private final HttpClient http;
        private final Server server;
        private final List<String> texts;
        private final AtomicInteger next;
        private final long end;
        private final List<Double> millis = new ArrayList<>();
        private final Map<Integer, Integer> statuses = new TreeMap<>();
        private int otherThanAlone;
        private Thread thread;

        Asking(HttpClient http, Server server, List<String> texts, AtomicInteger next, long end) {
            this.http = http;
            this.server = server;
            this.texts = texts;
            this.next = next;
            this.end = end;
        }

        void run() {
            while (System.nanoTime() < end) {
                String text = texts.get(Math.floorMod(next.getAndIncrement(), texts.size()));
                long start = System.nanoTime();
                Optional<HttpResponse<byte[]>> answer = answer(request(server.address, text));
                int status = answer.map(HttpResponse::statusCode).orElse(0);
                if (status == 200) {
                    millis.add((System.nanoTime() - start) / 1e6);
                    otherThanAlone += Arrays.equals(answer.get().body(), server.alone.get(text)) ? 0 : 1;
                }
                statuses.merge(status, 1, Integer::sum);
            }
        }

        private Optional<HttpResponse<byte[]>> answer(HttpRequest request) {
            try {
                return Optional.of(http.send(request, HttpResponse.BodyHandlers.ofByteArray()));
            } catch (IOException e) {
                return Optional.empty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }
}
