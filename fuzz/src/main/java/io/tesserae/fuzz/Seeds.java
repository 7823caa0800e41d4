package io.tesserae.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes what Jazzer begins with. {@code fuzz/run} calls it:
 *
 * <pre>
 * Seeds                    the names of all targets
 * Seeds TARGET FOLDER      writes FOLDER/seeds/* and FOLDER/dictionary; prints the target's class and its longest input
 * </pre>
 */
public final class Seeds {

    private Seeds() {}

    /** The program. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 0) {
            Targets.ALL.forEach(target -> System.out.println(target.name()));
            return;
        }
        FuzzTarget target = Targets.named(arguments[0]);
        Path folder = Path.of(arguments[1]);
        Path seeds = Files.createDirectories(folder.resolve("seeds"));
        for (Map.Entry<String, byte[]> seed : target.seeds().entrySet()) {
            Files.write(seeds.resolve(seed.getKey()), seed.getValue());
        }
        StringBuilder dictionary = new StringBuilder();
        target.dictionary().forEach(word -> dictionary.append(quoted(word)).append('\n'));
        Files.writeString(folder.resolve("dictionary"), dictionary);
        System.out.println(target.getClass().getName() + " " + target.longestInput());
    }

    /** As libFuzzer reads it: bytes that are not plain as {@code \xAB}. */
    private static String quoted(String word) {
        StringBuilder quoted = new StringBuilder("\"");
        for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b >= ' ' && b < 127 && b != '"' && b != '\\';
            quoted.append(plain ? String.valueOf((char) b) : String.format("\\x%02X", b));
        }
        return quoted.append('"').toString();
    }
}
