import io.tesserae.tokenizer.AddedToken;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Padding;
import io.tesserae.tokenizer.Normalization;
import io.tesserae.tokenizer.Side;
import io.tesserae.tokenizer.Span;
import io.tesserae.tokenizer.TruncationStrategy;
import io.tesserae.tokenizer.Vocabulary;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

// Answers cases with Tesserae, one line each: arguments CASES ANSWERS. reference.py is its twin.

void main(String[] arguments) throws IOException {
    Tokenizer tokenizer = null;
    try (BufferedReader cases = Files.newBufferedReader(Path.of(arguments[0]));
            BufferedWriter answers = Files.newBufferedWriter(Path.of(arguments[1]))) {
        for (String line = cases.readLine(); line != null; line = cases.readLine()) {
            String[] fields = line.split(" ");
            Map<String, String> values = new HashMap<>();
            for (String field : Arrays.asList(fields).subList(1, fields.length)) {
                values.put(field.substring(0, field.indexOf('=')), field.substring(field.indexOf('=') + 1));
            }
            String answer;
            try {
                if (fields[0].equals("tokenizer")) {
                    tokenizer = null;
                    tokenizer = tokenizer(values);
                    answer = fields[0];
                } else {
                    answer = answer(fields[0], tokenizer, values);
                }
            } catch (IllegalArgumentException e) { // anything else is a defect, and ends the run
                answer = "refused " + e.getMessage().replace('\n', ' ');
            }
            answers.write(answer + "\n");
        }
    }
}

static Tokenizer tokenizer(Map<String, String> values) throws IOException {
    String strip = values.get("strip");
    boolean lower = Boolean.parseBoolean(values.get("lower"));
    return Tokenizer.builder(Vocabulary.parse(Files.readString(Path.of(values.get("vocabulary")))))
            .normalization(new Normalization.Bert(
                    true,
                    Boolean.parseBoolean(values.get("chinese")),
                    strip.equals("none") ? lower : Boolean.parseBoolean(strip),
                    lower))
            .splitSpecialTokens(Boolean.parseBoolean(values.get("split")))
            .truncationSide(Side.valueOf(values.get("truncation_side").toUpperCase(Locale.ROOT)))
            .paddingSide(Side.valueOf(values.get("padding_side").toUpperCase(Locale.ROOT)))
            .addedTokens(items(values.get("added")).map(item -> addedToken(item)).toList())
            .build();
}

static AddedToken addedToken(String item) {
    String flags = item.substring(item.indexOf(':') + 1);
    return new AddedToken(
            text(item.substring(0, item.indexOf(':'))),
            flags.contains("w"),
            flags.contains("l"),
            flags.contains("r"),
            flags.contains("n"),
            flags.contains("s"));
}

static String answer(String kind, Tokenizer tokenizer, Map<String, String> values) {
    if (tokenizer == null) {
        throw new IllegalArgumentException("there is no tokenizer");
    }
    return switch (kind) {
        case "encode" ->
            windows(tokenizer.encode(text(values.get("text")), text(values.get("pair")), options(values)));
        case "words" ->
            windows(tokenizer.encodeWords(texts(values.get("text")), texts(values.get("pair")), options(values)));
        case "batch" -> {
            List<Encoding> encodings = texts(values.get("texts")).stream()
                    .map(text -> tokenizer.encode(text, null, options(values)))
                    .toList();
            yield tokenizer.pad(encodings, padding(values)).stream()
                    .map(encoding -> windows(encoding))
                    .collect(Collectors.joining("&"));
        }
        case "decode" ->
            hexadecimal(tokenizer.decode(
                    items(values.get("ids")).mapToInt(Integer::parseInt).toArray(),
                    Boolean.parseBoolean(values.get("skip")),
                    Boolean.parseBoolean(values.get("clean"))));
        default -> throw new IllegalStateException("unknown kind of case: " + kind);
    };
}

static EncodingOptions options(Map<String, String> values) {
    EncodingOptions options = EncodingOptions.DEFAULT.withAddSpecialTokens(!"false".equals(values.get("special")));
    if (values.containsKey("truncation")) {
        options = options.withTruncation(
                        TruncationStrategy.valueOf(values.get("truncation").toUpperCase(Locale.ROOT)))
                .withMaxLength(Integer.parseInt(values.get("max_length")));
    }
    return values.containsKey("overflow") ? options.withOverflow(Integer.parseInt(values.get("stride"))) : options;
}

static Padding padding(Map<String, String> values) {
    String length = values.get("length");
    Padding padding = length.equals("longest") ? Padding.LONGEST : Padding.toLength(Integer.parseInt(length));
    return padding.toMultipleOf(Integer.parseInt(values.get("multiple")));
}

static String windows(Encoding encoding) {
    return Stream.concat(Stream.of(encoding), encoding.overflow().stream())
            .map(window -> describe(window))
            .collect(Collectors.joining("|"));
}

static String describe(Encoding encoding) {
    return String.join(
            ";",
            joined(encoding.inputIds()),
            joined(encoding.tokenTypeIds()),
            joined(encoding.attentionMask()),
            joined(encoding.specialTokensMask()),
            joined(encoding.wordIds()),
            joined(encoding.sequenceIds()),
            joined(encoding.offsets()),
            joined(encoding.utf16Offsets()),
            encoding.tokens().stream().map(token -> hexadecimal(token)).collect(Collectors.joining(",")));
}

static String joined(int[] values) {
    return IntStream.of(values).mapToObj(Integer::toString).collect(Collectors.joining(","));
}

static String joined(List<Span> spans) {
    return spans.stream().map(span -> span.start() + "-" + span.end()).collect(Collectors.joining(","));
}

static Stream<String> items(String list) {
    return list == null || list.isEmpty() ? Stream.of() : Stream.of(list.split(","));
}

static List<String> texts(String list) {
    return list == null ? null : items(list).map(item -> text(item)).toList();
}

static String text(String hexadecimal) {
    return hexadecimal == null
            ? null
            : new String(HexFormat.of().parseHex(hexadecimal.substring(1)), StandardCharsets.UTF_16BE);
}

static String hexadecimal(String text) {
    return "x" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_16BE));
}
