package io.tesserae.examples.generalist.learning;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A vocabulary of byte pairs, learned from texts: Sennrich et al., arXiv 1508.07909, over bytes as GPT-2 does it. The most frequent pair of
 * neighbours becomes a token, again and again, until every word of the texts is one token.
 *
 * <p>The first tokens are the 256 bytes. A model reads whole numbers and discrete actions by the rows of the first tokens too.
 *
 * @param tokens in the order of their ids: bytes, merged pairs, and last {@value #END_OF_TEXT}
 * @param merges the two halves of each merged pair, with a space between them, in the order in which they were learned
 */
public record BytePairs(List<String> tokens, List<String> merges) {

    /** Begins and ends texts, and pads them. */
    public static final String END_OF_TEXT = "<|endoftext|>";

    /** GPT-2's words, of ASCII texts. */
    private static final Pattern WORD = Pattern.compile(" ?[A-Za-z]+| ?[0-9]+| ?[^\\sA-Za-z0-9]+|\\s+");

    /** Copies the lists. */
    public BytePairs {
        tokens = List.copyOf(tokens);
        merges = List.copyOf(merges);
    }

    /** Learns from texts, of ASCII characters. */
    public static BytePairs learn(Iterable<String> texts) {
        Map<List<String>, Integer> words = new TreeMap<>(Comparator.comparing(Object::toString));
        for (String text : texts) {
            var found = WORD.matcher(text);
            while (found.find()) {
                words.merge(letters(found.group()), 1, Integer::sum);
            }
        }
        List<String> tokens = new ArrayList<>(byteLetters().values());
        tokens.sort((a, b) -> Integer.compare(a.charAt(0), b.charAt(0))); // as GPT-2 numbers them
        List<String> merges = new ArrayList<>();
        while (true) {
            Map<String, Integer> pairs = new TreeMap<>();
            words.forEach((word, count) -> {
                for (int i = 0; i + 1 < word.size(); i++) {
                    pairs.merge(word.get(i) + " " + word.get(i + 1), count, Integer::sum);
                }
            });
            if (pairs.isEmpty()) {
                tokens.add(END_OF_TEXT);
                return new BytePairs(tokens, merges);
            }
            String best = null;
            for (Map.Entry<String, Integer> pair : pairs.entrySet()) {
                best = best == null || pair.getValue() > pairs.get(best) ? pair.getKey() : best;
            }
            merges.add(best);
            String first = best.substring(0, best.indexOf(' '));
            String second = best.substring(first.length() + 1);
            if (!tokens.contains(first + second)) {
                tokens.add(first + second);
            }
            Map<List<String>, Integer> merged = new TreeMap<>(Comparator.comparing(Object::toString));
            words.forEach((word, count) -> merged.merge(merge(word, first, second), count, Integer::sum));
            words = merged;
        }
    }

    private static List<String> merge(List<String> word, String first, String second) {
        List<String> merged = new ArrayList<>();
        for (int i = 0; i < word.size(); i++) {
            boolean both = i + 1 < word.size()
                    && word.get(i).equals(first)
                    && word.get(i + 1).equals(second);
            merged.add(both ? first + second : word.get(i));
            i += both ? 1 : 0;
        }
        return merged;
    }

    private static List<String> letters(String word) {
        Map<Integer, String> ofBytes = byteLetters();
        List<String> letters = new ArrayList<>();
        for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
            letters.add(ofBytes.get(b & 0xff));
        }
        return letters;
    }

    /** A printable letter for each byte: itself where it is one, the next from U+0100 on where it is not. */
    private static Map<Integer, String> byteLetters() {
        Map<Integer, String> letters = new LinkedHashMap<>();
        int next = 0x100;
        for (int b = 0; b < 256; b++) {
            boolean printable = b >= 0x21 && b <= 0x7e || b >= 0xa1 && b <= 0xac || b >= 0xae;
            letters.put(b, Character.toString(printable ? b : next++));
        }
        return letters;
    }

    /** How many tokens there are. */
    public int size() {
        return tokens.size();
    }

    /** The id of {@value #END_OF_TEXT}. */
    public int endOfText() {
        return tokens.size() - 1;
    }

    /**
     * Writes the files of a GPT-2 tokenizer: {@code tokenizer.json}, {@code vocab.json}, {@code merges.txt}, {@code tokenizer_config.json}.
     *
     * @param mostTokens that a text may have: {@code model_max_length}
     */
    public void write(Path folder, int mostTokens) throws IOException {
        String vocabulary = IntStream.range(0, tokens.size())
                .mapToObj(id -> quoted(tokens.get(id)) + ":" + id)
                .collect(Collectors.joining(",", "{", "}"));
        String pairs = merges.stream().map(BytePairs::quoted).collect(Collectors.joining(",", "[", "]"));
        String end = quoted(END_OF_TEXT);
        Files.writeString(folder.resolve("vocab.json"), vocabulary);
        Files.writeString(
                folder.resolve("merges.txt"),
                merges.stream().collect(Collectors.joining("\n", "#version: 0.2\n", "\n")));
        Files.writeString(folder.resolve("tokenizer.json"), """
                {"version":"1.0","truncation":null,"padding":null,
                "added_tokens":[{"id":%d,"content":%s,"single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],
                "normalizer":null,
                "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},
                "post_processor":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":false,"use_regex":true},
                "decoder":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true},
                "model":{"type":"BPE","dropout":null,"unk_token":null,"continuing_subword_prefix":null,"end_of_word_suffix":null,
                "fuse_unk":false,"byte_fallback":false,"ignore_merges":false,
                "vocab":%s,
                "merges":%s}}
                """.formatted(endOfText(), end, vocabulary, pairs));
        Files.writeString(folder.resolve("tokenizer_config.json"), """
                {"add_prefix_space":false,"bos_token":%1$s,"eos_token":%1$s,"pad_token":%1$s,"unk_token":%1$s,
                "clean_up_tokenization_spaces":false,"model_max_length":%2$d,"tokenizer_class":"GPT2Tokenizer"}
                """.formatted(end, mostTokens));
    }

    private static String quoted(String token) {
        return '"' + token.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
