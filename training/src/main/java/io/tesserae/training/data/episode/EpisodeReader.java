package io.tesserae.training.data.episode;

import io.tesserae.arguments.Arguments;
import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Episode;
import io.tesserae.model.episode.Observations;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.data.Dataset;
import io.tesserae.training.data.TextEncoder;
import io.tesserae.training.data.image.CaptionTokens;
import io.tesserae.training.data.image.PictureReader;
import io.tesserae.training.data.table.Row;
import io.tesserae.training.data.table.Table;
import io.tesserae.training.data.table.TableFile;
import io.tesserae.training.failure.TrainingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * From a file of JSON lines to sources. A line is an episode, a photo's text or a text:
 *
 * <pre>
 * {"environment": "cart-pole", "continuous_observations": [[0.1, -0.2], …], "discrete_actions": [1, …], "rewards": [0.0, …]}
 * {"image": "red-cube.png", "text": "a red cube"}
 * {"text": "Some words."}
 * </pre>
 *
 * <p>Observations may be {@code discrete_observations}, lists of whole numbers, and actions {@code continuous_actions}, lists of numbers. {@code
 * labels} are what an expert does at each step, where it is not what was done. Each environment is a source, and so are texts
 * with photos, {@code photos}, and texts without, {@code texts}; each example comes once in an epoch.
 *
 * @param encoder of texts
 * @param pictures from a photo to its pixels
 * @param tokens how a text begins and ends
 */
public record EpisodeReader(TextEncoder encoder, PictureReader pictures, CaptionTokens tokens) {

    private static final String ENVIRONMENT = "environment";
    private static final String REWARDS = "rewards";
    private static final String LABELS = "labels";
    private static final String IMAGE = "image";
    private static final String TEXT = "text";
    private static final String CONTINUOUS_OBSERVATIONS = "continuous_observations";
    private static final String DISCRETE_OBSERVATIONS = "discrete_observations";
    private static final String CONTINUOUS_ACTIONS = "continuous_actions";
    private static final String DISCRETE_ACTIONS = "discrete_actions";

    /** From here on a float32 does not tell a whole number from the next. */
    private static final int END_OF_WHOLE = 1 << 24;

    private static final Set<String> OF_EPISODES = Set.of(
            ENVIRONMENT,
            CONTINUOUS_OBSERVATIONS,
            DISCRETE_OBSERVATIONS,
            CONTINUOUS_ACTIONS,
            DISCRETE_ACTIONS,
            REWARDS,
            LABELS);

    /** Checks that all is said. */
    public EpisodeReader {
        Arguments.require(encoder, "encoder");
        Arguments.require(pictures, "pictures");
        Arguments.require(tokens, "tokens");
    }

    /** A line with a text: its tokens, and the photo that is read when it is asked for. */
    private record Line(Optional<Path> photo, int[] inputIds) {}

    /**
     * Reads a file.
     *
     * @param contextSteps the most steps of a window, by which shares are counted
     * @throws TrainingException if it cannot be read, or a line is no good; the message names the line and the key
     */
    public List<TrainingSource> read(Path file, int contextSteps) {
        Table table = TableFile.read(file);
        Map<String, List<Demonstration>> environments = new LinkedHashMap<>();
        List<Line> photos = new ArrayList<>();
        List<Line> texts = new ArrayList<>();
        for (Row row : table.rows()) {
            if (row.columns().contains(ENVIRONMENT)) {
                requireKnown(row, OF_EPISODES);
                String name = name(row);
                List<Demonstration> before = environments.computeIfAbsent(name, _ -> new ArrayList<>());
                before.add(demonstration(row));
            } else {
                requireKnown(row, Set.of(IMAGE, TEXT));
                Line line = line(row);
                (line.photo().isPresent() ? photos : texts).add(line);
            }
        }
        List<TrainingSource> sources = new ArrayList<>();
        environments.forEach((name, episodes) -> {
            int windows = episodes.stream()
                    .mapToInt(episode -> Math.ceilDiv(episode.steps(), contextSteps))
                    .sum();
            sources.add(new TrainingSource.Episodes(name, windows, 1f, episodes));
        });
        addTexts("photos", photos, sources);
        addTexts("texts", texts, sources);
        return List.copyOf(sources);
    }

    private static void requireKnown(Row row, Set<String> known) {
        for (String key : row.columns()) {
            if (!known.contains(key)) {
                throw row.origin().refusal("expected no keys but " + new TreeSet<>(known) + ", found \"" + key + "\"");
            }
        }
    }

    private static String name(Row row) {
        String name = row.text(ENVIRONMENT);
        if (!name.matches("[\\w.-]+") || name.equals("photos") || name.equals("texts")) {
            throw row.origin()
                    .refusal(ENVIRONMENT + ": expected a name of letters, digits, \"-\", \".\" and \"_\", other"
                            + " than \"photos\" and \"texts\", found \"" + name + "\"");
        }
        return name;
    }

    private static Demonstration demonstration(Row row) {
        boolean sees = either(row, CONTINUOUS_OBSERVATIONS, DISCRETE_OBSERVATIONS);
        boolean moves = either(row, CONTINUOUS_ACTIONS, DISCRETE_ACTIONS);
        Observations observations = sees
                ? new Observations.Continuous(rows(row.numberLists(CONTINUOUS_OBSERVATIONS)))
                : new Observations.Discrete(Arrays.stream(row.numberLists(DISCRETE_OBSERVATIONS))
                        .map(numbers -> whole(row, DISCRETE_OBSERVATIONS, numbers))
                        .toList());
        Actions actions = actions(row, moves, moves ? CONTINUOUS_ACTIONS : DISCRETE_ACTIONS);
        try {
            Episode episode = new Episode(observations, actions, row.numbers(REWARDS));
            return row.columns().contains(LABELS)
                    ? new Demonstration(episode, actions(row, moves, LABELS))
                    : Demonstration.of(episode);
        } catch (IllegalArgumentException e) {
            throw row.origin().refusal(e.getMessage());
        }
    }

    /** Whether it is the first of two keys that the line has. */
    private static boolean either(Row row, String first, String second) {
        boolean hasFirst = row.columns().contains(first);
        if (hasFirst == row.columns().contains(second)) {
            throw row.origin()
                    .refusal("expected either \"" + first + "\" or \"" + second + "\", found "
                            + (hasFirst ? "both" : "neither"));
        }
        return hasFirst;
    }

    private static Actions actions(Row row, boolean moves, String key) {
        return moves
                ? new Actions.Continuous(rows(row.numberLists(key)))
                : new Actions.Discrete(whole(row, key, row.numbers(key)));
    }

    private static int[] whole(Row row, String key, float[] numbers) {
        int[] whole = new int[numbers.length];
        for (int i = 0; i < whole.length; i++) {
            whole[i] = (int) numbers[i];
            if (whole[i] != numbers[i] || whole[i] < 0 || whole[i] >= END_OF_WHOLE) {
                throw row.origin()
                        .refusal(key + ": expected whole numbers from 0 to " + (END_OF_WHOLE - 1) + ", found "
                                + numbers[i]);
            }
        }
        return whole;
    }

    private static Tensor rows(float[][] rows) {
        int columns = rows[0].length;
        Tensor values = Tensor.zeros(rows.length, columns);
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(rows[row], 0, values.data(), row * columns, columns);
        }
        return values;
    }

    private Line line(Row row) {
        int added =
                (int) (tokens.first().stream().count() + tokens.last().stream().count());
        int[] own = encoder.withMaxLength(encoder.maxLength() - added)
                .encode(row.text(TEXT), tokens.addSpecialTokens(), row.origin())
                .inputIds();
        int[] ids = IntStream.concat(
                        IntStream.concat(tokens.first().stream(), IntStream.of(own)), tokens.last().stream())
                .toArray();
        if (ids.length < 2) {
            throw row.origin()
                    .refusal(TEXT + ": expected two tokens or more, since the first is not predicted, found "
                            + ids.length);
        }
        if (!row.columns().contains(IMAGE)) {
            return new Line(Optional.empty(), ids);
        }
        Path photo = row.path(IMAGE);
        if (!Files.isRegularFile(photo)) {
            throw row.origin().refusal(IMAGE + ": expected a picture, found no file: " + photo);
        }
        return new Line(Optional.of(photo), ids);
    }

    private void addTexts(String name, List<Line> lines, List<TrainingSource> sources) {
        if (!lines.isEmpty()) {
            sources.add(new TrainingSource.Texts(name, lines.size(), 1f, new Dataset<>() {
                @Override
                public int size() {
                    return lines.size();
                }

                @Override
                public PhotoText get(int index) {
                    Line line = lines.get(index);
                    return new PhotoText(line.photo().map(pictures::pixelValues), line.inputIds(), 1);
                }
            }));
        }
    }
}
