package io.tesserae.benchmarks;

import com.google.gson.Gson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * From nothing to the first answer: whole processes, in turns, with the checkpoint in the page cache.
 *
 * @param model DistilBERT-base with tokenizer files
 * @param python of an environment with torch and transformers
 */
record StartSection(Path model, Path python, int rounds) {

    private static final String TEXT = "The actors were very convincing, and the ending took everyone by surprise.";
    private static final double TOLERANCE = 1e-4;

    /** Both answer with JSON. */
    private record Answer(String label, double score) {}

    /**
     * Lets both start in turns; the first start of each, which fills the page cache, does not count.
     *
     * @throws IllegalStateException if the answers differ
     */
    Rounds measure() {
        Map<String, List<String>> commands = new LinkedHashMap<>();
        commands.put(
                "Tesserae",
                List.of(
                        "./tesserae",
                        "run",
                        "text-classification",
                        "--model",
                        model.toString(),
                        "--output",
                        "json",
                        TEXT));
        commands.put(
                "transformers pipeline",
                List.of(python.toString(), "benchmarks/peers/first_answer.py", model.toString(), TEXT));
        List<Answer> answers = commands.values().stream()
                .map(Child::output)
                .map(StartSection::answer)
                .toList();
        requireSame(answers.getFirst(), answers.getLast());
        Map<String, List<Timing>> timings = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            commands.forEach((name, command) -> timings.computeIfAbsent(name, key -> new ArrayList<>())
                    .add(Timing.of(0, 0, () -> Child.output(command))));
        }
        return new Rounds(timings);
    }

    /** Of one text: an array of one, or the one alone. */
    private static Answer answer(String json) {
        String trimmed = json.strip();
        return trimmed.startsWith("[")
                ? new Gson().fromJson(trimmed, Answer[].class)[0]
                : new Gson().fromJson(trimmed, Answer.class);
    }

    private static void requireSame(Answer expected, Answer found) {
        if (!expected.label.equals(found.label) || !(Math.abs(expected.score - found.score) <= TOLERANCE)) {
            throw new IllegalStateException(
                    "the first answers differ: " + expected + " and " + found + "; do both read the same checkpoint?");
        }
    }

    static String table(Rounds rounds) {
        MarkdownTable table =
                new MarkdownTable(1, List.of("process", "first answer after, s (fastest)", "÷ " + rounds.first()));
        for (String name : rounds.names()) {
            table.add(List.of(
                    name,
                    MarkdownTable.number("%.2f", rounds.medianMilliseconds(name) / 1e3)
                            + MarkdownTable.number(" (%.2f)", rounds.minimumMilliseconds(name) / 1e3),
                    MarkdownTable.number("%.2f", rounds.ratioToFirst(name))));
        }
        return table.toString();
    }
}
