package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code tesserae run} and {@code tesserae tokenize} answer, as JSON: a line for each checkpoint and way to ask.
 * A checkpoint that has not the head for a task is refused, and that is recorded too.
 */
final class AnswerDigests {

    private static final Path ENCODER = Run.FIXTURES.resolve("sentence-embedding");

    private final Path folder;

    /** With a folder for files that nobody keeps. */
    AnswerDigests(Path folder) {
        this.folder = folder;
    }

    void addTo(Map<String, String> lines) throws IOException {
        BitsQuestions questions = BitsQuestions.read();
        String corpus = Files.writeString(folder.resolve("corpus.txt"), questions.texts())
                .toString();
        for (BitsCheckpoint checkpoint : BitsCheckpoint.all()) {
            if (checkpoint.takesPicturesAndTexts()) {
                continue;
            }
            if (checkpoint.readsTexts()) {
                askTexts(checkpoint, questions, corpus, lines);
            }
            if (checkpoint.readsPictures()) {
                String pictures = pictures();
                ask(checkpoint, "run image-classification --top-k all", pictures, lines);
                ask(checkpoint, "run image-feature-extraction", pictures, lines);
                ask(checkpoint, "run image-feature-extraction --pool", pictures, lines);
            }
        }
        askEncoders(questions, lines);
        attentionPages(lines);
    }

    private static void askTexts(
            BitsCheckpoint checkpoint, BitsQuestions questions, String corpus, Map<String, String> lines) {
        String texts = questions.texts();
        ask(checkpoint, "tokenize", texts, lines);
        ask(checkpoint, "tokenize --max-length 9", texts, lines);
        ask(checkpoint, "run text-classification --top-k all", questions.textsAndPairs(), lines);
        for (String aggregation : new String[] {"none", "simple", "first", "average", "max"}) {
            ask(checkpoint, "run token-classification --aggregation " + aggregation, texts, lines);
        }
        ask(checkpoint, "run token-classification --aggregation simple --stride 7", texts, lines);
        ask(checkpoint, "run fill-mask", questions.masked(), lines);
        ask(checkpoint, "run fill-mask --top-k 1", questions.masked(), lines);
        ask(checkpoint, "run fill-mask --targets river,city,zzz", questions.masked(), lines);
        ask(checkpoint, "run zero-shot-classification", questions.labelled(), lines);
        ask(checkpoint, "run zero-shot-classification --multi-label", questions.labelled(), lines);
        ask(checkpoint, "run feature-extraction", texts, lines);
        String asked = questions.questions();
        ask(checkpoint, "run question-answering", asked, lines);
        ask(checkpoint, "run question-answering --top-k 4 --impossible-answers", asked, lines);
        ask(
                checkpoint,
                "run question-answering --top-k 2 --max-sequence-length 40 --doc-stride 5 --max-answer-length 3",
                asked,
                lines);
        ask(checkpoint, "run text-ranking", questions.ranked(), lines);
        ask(checkpoint, "run sentence-embedding", texts, lines);
        ask(checkpoint, "run sentence-embedding --dimensions 7 --normalize --prompt-text query:", texts, lines);
        ask(checkpoint, "run sentence-similarity", questions.compared(), lines);
        ask(checkpoint, "run semantic-search", texts, lines, "--corpus", corpus);
    }

    /** What is recorded of the command has no path in it: those are in {@code more}. */
    private static void ask(
            BitsCheckpoint checkpoint, String command, String input, Map<String, String> lines, String... more) {
        List<String> arguments = new ArrayList<>(Arrays.asList(command.split(" ")));
        arguments.addAll(List.of("--model", checkpoint.folder().toString(), "--output", "json", "--input", "-"));
        arguments.addAll(Arrays.asList(more));
        Run run = Run.withInput(input, arguments.toArray(String[]::new));
        lines.put(command + ", " + checkpoint.name(), run.exitCode() == 0 ? Digest.of(run.out()) : "refused");
    }

    private static String pictures() throws IOException {
        try (Stream<Path> pictures = Files.list(Run.FIXTURES.resolve("images"))) {
            return pictures.sorted()
                    .map(picture -> picture.toString().replace('\\', '/') + "\n")
                    .collect(Collectors.joining());
        }
    }

    /** Every way to pool and to go on from there: the sentence encoder with some of its files replaced. */
    private void askEncoders(BitsQuestions questions, Map<String, String> lines) throws IOException {
        int number = 0;
        for (JsonObject encoder : questions.encoders()) {
            Path copy = folder.resolve("encoder-" + number++);
            copyEncoder(copy);
            for (Map.Entry<String, JsonElement> file :
                    encoder.getAsJsonObject("files").entrySet()) {
                replace(copy.resolve(file.getKey()), file.getValue());
            }
            BitsCheckpoint checkpoint = new BitsCheckpoint(
                    "sentence-embedding: " + encoder.get("name").getAsString(), copy);
            ask(checkpoint, "run sentence-embedding", questions.texts(), lines);
            ask(checkpoint, "run sentence-similarity", questions.compared(), lines);
        }
    }

    private static void copyEncoder(Path copy) throws IOException {
        try (Stream<Path> files = Files.walk(ENCODER)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = copy.resolve(ENCODER.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
            }
        }
    }

    private static void replace(Path file, JsonElement content) throws IOException {
        if (content.isJsonNull()) {
            Files.delete(file);
            return;
        }
        Files.createDirectories(file.getParent());
        Files.writeString(file, content.toString());
        if (file.toString().contains("Dense")) {
            JsonObject dense = content.getAsJsonObject();
            int rows = dense.get("out_features").getAsInt();
            int columns = dense.get("in_features").getAsInt();
            SafetensorsWriter writer =
                    new SafetensorsWriter().addFloats("linear.weight", sawtooth(rows * columns), rows, columns);
            if (dense.get("bias").getAsBoolean()) {
                writer.addFloats("linear.bias", sawtooth(rows), rows);
            }
            writer.write(file.resolveSibling("model.safetensors"));
        }
    }

    private static float[] sawtooth(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (31 * i % 23 - 11) / 40f;
        }
        return values;
    }

    /** Of pictures there is no record: theirs have captions, in the letters that a machine has. */
    private void attentionPages(Map<String, String> lines) throws IOException {
        for (String model : new String[] {"distilbert-sst2", "bert-base"}) {
            Path pages = folder.resolve("pages-" + model);
            Run run = Run.of(
                    "run",
                    "attention-map",
                    "--model",
                    Run.fixture(model),
                    "--output-dir",
                    pages.toString(),
                    "A dull film.",
                    "Crème brûlée");
            assertEquals(0, run.exitCode(), run.err());
            for (String page : run.lines()) {
                lines.put(
                        "run attention-map, " + model + ", " + Path.of(page).getFileName(),
                        Digest.of(Files.readString(Path.of(page))));
            }
        }
    }
}
