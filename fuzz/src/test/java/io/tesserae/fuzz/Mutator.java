package io.tesserae.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes inputs blindly: what a fuzzer does without looking at coverage. */
final class Mutator {

    private static final byte[] EXTREMES = {0, 1, -1, 127, -128, 2, 16, 64, '0', '9', '"', '{'};

    private final Random random;
    private final List<byte[]> words;

    Mutator(Random random, List<String> dictionary) {
        this.random = random;
        this.words = dictionary.stream()
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    byte[] mutate(byte[] input) {
        byte[] mutated = input;
        for (int change = random.nextInt(4); change >= 0; change--) {
            int at = random.nextInt(mutated.length + 1);
            int end = Math.min(mutated.length, at + random.nextInt(24));
            mutated = switch (random.nextInt(6)) {
                case 0 -> spliced(mutated, at, at, new byte[] {EXTREMES[random.nextInt(EXTREMES.length)]});
                case 1 -> spliced(mutated, at, Math.min(mutated.length, at + 1), new byte[] {(byte) random.nextInt()});
                case 2 -> spliced(mutated, at, end, new byte[0]);
                case 3 -> spliced(mutated, at, at, Arrays.copyOfRange(mutated, at, end));
                case 4 -> spliced(mutated, at, mutated.length, new byte[0]);
                default ->
                    words.isEmpty() ? mutated : spliced(mutated, at, end, words.get(random.nextInt(words.size())));
            };
        }
        return mutated;
    }

    /** The input with {@code [from, to)} replaced. */
    private static byte[] spliced(byte[] input, int from, int to, byte[] replacement) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(input.length + replacement.length);
        out.write(input, 0, from);
        out.writeBytes(replacement);
        out.write(input, to, input.length - to);
        return out.toByteArray();
    }
}
