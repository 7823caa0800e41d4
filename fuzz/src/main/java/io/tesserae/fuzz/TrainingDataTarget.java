package io.tesserae.fuzz;

import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.training.data.TextEncoder;
import io.tesserae.training.data.episode.EpisodeReader;
import io.tesserae.training.data.image.CaptionTokens;
import io.tesserae.training.data.image.PictureReader;
import io.tesserae.training.data.table.Columns;
import io.tesserae.training.data.table.Row;
import io.tesserae.training.data.table.Table;
import io.tesserae.training.data.table.TableFile;
import io.tesserae.training.data.table.TaggedWords;
import io.tesserae.training.data.table.TextLines;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.log.TrainingLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A file of training data, episodes among them, or the log of a run: the first byte of the input says which, the rest is the file. */
public final class TrainingDataTarget implements FuzzTarget {

    private static final TrainingDataTarget TARGET = new TrainingDataTarget();

    /** Endings of the files, by the input's first byte: tables, episodes, words with their tags, lines of text, a log. */
    private static final Map<Character, String> ENDINGS =
            Map.of('t', ".tsv", 'c', ".csv", 'j', ".jsonl", 'e', ".jsonl", 'w', ".conll", 'l', ".txt", 'g', ".log");

    private static final int CONTEXT_STEPS = 4;

    private static final class Loaded {
        static final EpisodeReader EPISODES = new EpisodeReader(
                new TextEncoder(tokenizer(), 32),
                new PictureReader(_ -> Tensor.zeros(3, 1, 1)),
                CaptionTokens.OF_TOKENIZER);

        private static Tokenizer tokenizer() {
            try {
                Map<String, byte[]> files = new LinkedHashMap<>();
                for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
                    files.put(name, TestData.bytes("fixtures/distilbert-base/" + name));
                }
                return AutoTokenizer.fromPretrained(new Bundle(files).modelFiles());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "training-data";
    }

    @Override
    public long read(byte[] input) throws IOException {
        char kind = input.length == 0 ? 't' : (char) input[0];
        Path file = Files.createTempFile("training-data", ENDINGS.getOrDefault(kind, ".tsv"));
        try {
            Files.write(file, Arrays.copyOfRange(input, Math.min(1, input.length), input.length));
            switch (kind) {
                case 'w' -> TaggedWords.read(file, Columns.RECOGNISED);
                case 'l' -> TextLines.read(file);
                case 'g' -> TrainingLog.read(file);
                case 'e' -> Loaded.EPISODES.read(file, CONTEXT_STEPS);
                default -> use(TableFile.read(file));
            }
        } finally {
            Files.delete(file);
        }
        return 0;
    }

    private static void use(Table table) {
        for (Row row : table.rows()) {
            for (String column : table.header()) {
                if (!row.isList(column)) {
                    row.text(column);
                }
            }
        }
    }

    @Override
    public List<Class<? extends RuntimeException>> refusals() {
        return List.of(TrainingException.class);
    }

    /** Every character may be a field, with its place in the file. */
    @Override
    public Bound bound() {
        return new Bound(8 << 20, 1024);
    }

    @Override
    public Map<String, byte[]> seeds() {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        seeds.put("tabs", bytes("tsentence\tlabel\na fine film\t1\n\"bad\t0\n"));
        seeds.put("commas", bytes("ctext,label\r\n\"a \"\"fine\"\", film\",1\r\nbad,0\r\n"));
        seeds.put(
                "lines-of-json",
                bytes("j{\"text\":\"a film\",\"label\":[\"a\",\"b\"]}\n{\"text\":\"b\",\"label\":[]}\n"));
        seeds.put(
                "episodes",
                bytes("e{\"environment\":\"pole\",\"continuous_observations\":[[0.5,-1],[0,2]],"
                        + "\"discrete_actions\":[1,0],\"rewards\":[0,1.5],\"labels\":[0,0]}\n"
                        + "{\"environment\":\"grid\",\"discrete_observations\":[[3,1]],"
                        + "\"continuous_actions\":[[0.25]],\"rewards\":[0]}\n{\"text\":\"a red cube\"}\n"));
        seeds.put("tags", bytes("wEU B-ORG\nrejects O\n\nGerman B-MISC\n"));
        seeds.put("texts", bytes("la line\nanother\n"));
        seeds.put("log", bytes("g{\"step\":1,\"epoch\":0.5,\"loss\":0.7,\"learning_rate\":null}\n"));
        return seeds;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public List<String> dictionary() {
        return List.of(
                "\t",
                "\n",
                "\r\n",
                "\"",
                "\"\"",
                ",",
                "{\"text\":",
                "\"label\":",
                "[",
                "]",
                "null",
                "1e999",
                "\uFEFF",
                "\\ud800",
                "-DOCSTART-",
                "NaN",
                "sentence",
                "B-",
                "I-",
                "\"environment\":",
                "\"continuous_observations\":",
                "\"discrete_observations\":",
                "\"continuous_actions\":",
                "\"discrete_actions\":",
                "\"rewards\":",
                "\"labels\":",
                "\"image\":",
                "16777216");
    }
}
