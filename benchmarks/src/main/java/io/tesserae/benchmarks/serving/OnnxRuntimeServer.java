package io.tesserae.benchmarks.serving;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tesserae.benchmarks.OnnxRuntimePeer;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * What people build around ONNX Runtime: a text classifier behind {@code POST /predict}, which puts whatever waits into one batch
 * and pads it to the longest. It has the same tokenizer as Tesserae's server, the same way to gather batches, and the JDK's own
 * HTTP server.
 *
 * @param model the graph
 * @param waiting who waits, in the order in which they came
 */
record OnnxRuntimeServer(Tokenizer tokenizer, OnnxRuntimePeer model, BlockingQueue<Waiting> waiting) {

    /** As many texts at a time as text-embeddings-inference takes of a client. */
    private static final int LARGEST_BATCH = 32;

    /** As many tokens at a time, padding included. */
    private static final int MOST_TOKENS = 16_384;

    private static final Gson JSON = new Gson();

    /** A text whose logits are wanted. */
    record Waiting(int[] inputIds, CompletableFuture<float[]> logits) {}

    /** Arguments: the checkpoint's folder with its graph, the port, and how many threads. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        OnnxRuntimeServer server = new OnnxRuntimeServer(
                AutoTokenizer.fromPretrained(folder),
                new OnnxRuntimePeer(folder, Integer.parseInt(arguments[2])),
                new LinkedBlockingQueue<>());
        Thread.ofPlatform().name("batches").start(server::answerWhatWaits);
        HttpServer http = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1])), 1024);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/predict", server::predict);
        http.start();
        System.err.println("ready");
    }

    private void predict(HttpExchange exchange) throws IOException {
        try (exchange;
                Reader body = new InputStreamReader(exchange.getRequestBody(), StandardCharsets.UTF_8)) {
            String text = JSON.fromJson(body, JsonObject.class).get("inputs").getAsString();
            Waiting mine = new Waiting(tokenizer.encode(text).inputIds(), new CompletableFuture<>());
            waiting.add(mine);
            byte[] answer = JSON.toJson(scores(mine.logits.join())).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private void answerWhatWaits() {
        try {
            while (true) {
                answer(batch());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What waits, as far as it fits with its padding. */
    private List<Waiting> batch() throws InterruptedException {
        List<Waiting> batch = new ArrayList<>(List.of(waiting.take()));
        int longest = batch.getFirst().inputIds.length;
        for (Waiting next = waiting.peek(); next != null && batch.size() < LARGEST_BATCH; next = waiting.peek()) {
            longest = Math.max(longest, next.inputIds.length);
            if (longest * (batch.size() + 1) > MOST_TOKENS) {
                break;
            }
            batch.add(waiting.take());
        }
        return batch;
    }

    private void answer(List<Waiting> batch) {
        int longest =
                batch.stream().mapToInt(text -> text.inputIds.length).max().orElseThrow();
        long[][] inputIds = new long[batch.size()][longest]; // [PAD] is 0
        long[][] attentionMask = new long[batch.size()][longest];
        for (int i = 0; i < batch.size(); i++) {
            int[] ids = batch.get(i).inputIds;
            Arrays.setAll(inputIds[i], token -> token < ids.length ? ids[token] : 0);
            Arrays.fill(attentionMask[i], 0, ids.length, 1);
        }
        float[][] logits = model.logits(inputIds, attentionMask);
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).logits.complete(logits[i]);
        }
    }

    /** The softmax of the logits. */
    private static double[] scores(float[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double[] scores = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Math.exp(logits[i] - largest);
            sum += scores[i];
        }
        for (int i = 0; i < scores.length; i++) {
            scores[i] /= sum;
        }
        return scores;
    }
}
