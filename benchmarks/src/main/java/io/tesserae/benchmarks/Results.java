package io.tesserae.benchmarks;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What was measured, a file for each section and thread count; what a section measured earlier stays until it is measured again.
 *
 * @param folder of the files
 */
record Results(Path folder) {

    Path file(Section section, int threads) {
        return folder.resolve(section.title() + "-" + threads + ".json");
    }

    /** A section's results, thread count by thread count. */
    <T> List<T> read(Section section, List<Integer> threads, Class<T[]> type) {
        List<T> results = new ArrayList<>();
        for (int count : threads) {
            Path file = file(section, count);
            try {
                results.addAll(Arrays.asList(new Gson().fromJson(Files.readString(file), type)));
            } catch (IOException e) {
                throw new UncheckedIOException(file + ": cannot be read; expected what the section measured", e);
            }
        }
        return results;
    }

    /** Every model side by side that was ever measured with these thread counts, for the chart. */
    List<ModelResult> sideBySide(List<Integer> threads) {
        List<ModelResult> results = new ArrayList<>();
        for (Section section : Section.values()) {
            List<Integer> measured = threads.stream()
                    .filter(count -> section.isSideBySide() && Files.exists(file(section, count)))
                    .toList();
            results.addAll(read(section, measured, ModelResult[].class));
        }
        return results;
    }
}
