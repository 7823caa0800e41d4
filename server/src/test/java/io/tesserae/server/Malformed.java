package io.tesserae.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Makes requests that are no good, each in another way; a few are good. */
record Malformed(Random random) {

    private static final List<String> PATHS = List.of(
            "/embed",
            "/embed_all",
            "/predict",
            "/rerank",
            "/similarity",
            "/tokenize",
            "/decode",
            "/v1/embeddings",
            "/v1/tasks/text-classification",
            "/v1/tasks/image-classification",
            "/v1/tasks/sentence-embedding",
            "/v1/tasks/feature-extraction",
            "/v1/tasks/question-answering",
            "/v1/tasks/zero-shot-classification",
            "/info",
            "/health",
            "/nothing");

    private static final List<String> NAMES = List.of(
            "inputs",
            "input",
            "model",
            "texts",
            "query",
            "ids",
            "truncate",
            "normalize",
            "dimensions",
            "prompt_name",
            "raw_scores",
            "return_text",
            "encoding_format",
            "parameters",
            "source_sentence",
            "sentences",
            "top_k",
            "truncation_direction",
            "image",
            "text",
            "candidate_labels",
            "question",
            "context");

    private static final List<String> GOOD = List.of(
            "/embed {\"inputs\":\"a text\"}",
            "/predict {\"inputs\":[[\"a\"],[\"b\",\"c\"]]}",
            "/similarity {\"inputs\":{\"source_sentence\":\"a\",\"sentences\":[\"b\"]}}",
            "/v1/embeddings {\"input\":[\"a\",\"b\"],\"encoding_format\":\"base64\",\"dimensions\":4}",
            "/tokenize {\"inputs\":[\"a b\"],\"add_special_tokens\":false}",
            "/decode {\"ids\":[[5,6],[7]]}",
            "/v1/tasks/text-classification {\"inputs\":[\"a\"],\"parameters\":{\"top_k\":null}}");

    /** The next one. */
    byte[] next() {
        return switch (random.nextInt(12)) {
            case 0 -> cut();
            case 1 -> text(request(path(), object(3), ""));
            case 2 -> text(request(path(), deep(), ""));
            case 3 -> hugeHeader();
            case 4 -> rubbish(1 + random.nextInt(300));
            case 5 -> wrongLength();
            case 6 -> chunkedRubbish();
            case 7 -> text(good());
            case 8 -> flipped();
            case 9 -> form();
            case 10 -> text(request(path(), "{\"inputs\":" + "[".repeat(random.nextInt(80)), ""));
            default -> http2();
        };
    }

    private byte[] cut() {
        byte[] whole = text(good());
        return java.util.Arrays.copyOf(whole, random.nextInt(whole.length));
    }

    private String good() {
        String[] parts = pick(GOOD).split(" ", 2);
        return request(parts[0], parts[1], "");
    }

    private static String request(String path, String body, String headers) {
        return "POST " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
                + headers + "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    private String object(int depth) {
        StringBuilder json = new StringBuilder("{");
        int members = random.nextInt(4);
        for (int i = 0; i < members; i++) {
            json.append(i == 0 ? "\"" : ",\"").append(pick(NAMES)).append("\":").append(value(depth));
        }
        return json.append('}').toString();
    }

    private String value(int depth) {
        if (depth > 0 && random.nextInt(3) == 0) {
            return random.nextBoolean() ? object(depth - 1) : "[" + value(depth - 1) + "," + value(depth - 1) + "]";
        }
        return pick(List.of(
                "null",
                "true",
                "-1",
                "0",
                "3.5",
                "1e999",
                "99999999999999999999",
                "NaN",
                "\"\"",
                "\"a\"",
                "\"\\ud800\"",
                "\"\\u0000\"",
                "[]",
                "{}",
                "\"[MASK]\"",
                "\"data:image/png;base64,AAAA\"",
                "'a'",
                "tru",
                "[1,2,3]",
                "\"" + "long ".repeat(200) + "\""));
    }

    private String deep() {
        int depth = 1 + random.nextInt(20_000);
        return "{\"inputs\":" + (random.nextBoolean() ? "[" : "{\"a\":").repeat(depth);
    }

    private byte[] hugeHeader() {
        String header = "X-Long: " + "x".repeat(random.nextInt(40_000)) + "\r\n";
        return text(request(path(), "{}", random.nextBoolean() ? header : "X: y\r\n".repeat(random.nextInt(5000))));
    }

    private byte[] wrongLength() {
        String length = pick(List.of("-1", "1", "7", "99", "abc", "", "99999999999999999999", "1, 2", "0x10"));
        String more = pick(
                List.of("", "Transfer-Encoding: chunked\r\n", "Content-Length: 3\r\n", "Expect: 100-continue\r\n"));
        return text("POST " + path() + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
                + more + "Content-Length: " + length + "\r\n\r\n{\"inputs\":\"a\"}");
    }

    private byte[] chunkedRubbish() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(text("POST " + path()
                + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"));
        bytes.writeBytes(text(pick(List.of("", "e\r\n{\"inputs\":\"a\"}\r\n", "ffffffffff\r\n", "-3\r\n", "zz\r\n"))));
        bytes.writeBytes(rubbish(random.nextInt(60)));
        return bytes.toByteArray();
    }

    private byte[] flipped() {
        byte[] bytes = text(good());
        int flips = 1 + random.nextInt(4);
        for (int i = 0; i < flips; i++) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private byte[] form() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int parts = random.nextInt(3);
        for (int i = 0; i < parts; i++) {
            body.writeBytes(text("--cut\r\nContent-Disposition: form-data; name=\""
                    + pick(List.of("image", "parameters", "model", "x", "")) + "\"\r\n\r\n"));
            body.writeBytes(rubbish(random.nextInt(100)));
            body.writeBytes(text("\r\n"));
        }
        body.writeBytes(text(pick(List.of("--cut--\r\n", "--cut", ""))));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(text("POST " + path() + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: "
                + pick(List.of(
                        "multipart/form-data; boundary=cut", "multipart/form-data", "multipart/form-data; boundary="))
                + "\r\nContent-Length: " + body.size() + "\r\n\r\n"));
        bytes.writeBytes(body.toByteArray());
        return bytes.toByteArray();
    }

    private byte[] http2() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        bytes.writeBytes(rubbish(random.nextInt(200)));
        return bytes.toByteArray();
    }

    private byte[] rubbish(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private String path() {
        return pick(PATHS);
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
