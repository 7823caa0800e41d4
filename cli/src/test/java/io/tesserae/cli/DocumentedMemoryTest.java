package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.documents.Page;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The table of memory in {@code docs/pictures-among-words.md} is what its own first columns make it. */
class DocumentedMemoryTest {

    private static final int TOKENS = 1_000;
    private static final double BESIDE_WEIGHTS = 1.1;

    @Test
    void everyRowAddsUp() {
        List<String> wrong = new ArrayList<>();
        int rows = 0;
        for (String line : Page.named("docs/pictures-among-words.md").lines()) {
            List<String> cells =
                    Arrays.stream(line.split("\\|")).map(String::strip).toList();
            if (cells.size() == 9 && cells.get(3).contains("×")) {
                if (cells.get(2).equals("parameters")) {
                    continue;
                }
                rows++;
                String expected = String.join(" ", expected(cells.get(2), cells.get(3)));
                if (!expected.equals(String.join(" ", cells.subList(4, 9)))) {
                    wrong.add(cells.get(1) + ": " + expected);
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(rows > 5, "only " + rows + " rows found");
    }

    /** Both sizes of the weights, the cache, and all together with either. */
    private static List<String> expected(String parameters, String cached) {
        double count = Double.parseDouble(parameters.replace(",", ""));
        double cache = 2.0 * Float.BYTES * TOKENS; // keys and values
        for (String factor : cached.split(" × ")) {
            cache *= Integer.parseInt(factor);
        }
        double half = count * Short.BYTES;
        double whole = count * Float.BYTES;
        return List.of(
                megabytes(half),
                megabytes(whole),
                megabytes(cache),
                megabytes(BESIDE_WEIGHTS * half + cache),
                megabytes(BESIDE_WEIGHTS * whole + cache));
    }

    private static String megabytes(double bytes) {
        return String.format(Locale.ROOT, "%,d", Math.round(bytes / 1e6));
    }
}
