package io.tesserae.training.family;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.engine.Engine;
import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Episode;
import io.tesserae.model.episode.Observations;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.data.Dataset;
import io.tesserae.training.data.episode.Demonstration;
import io.tesserae.training.data.episode.LearnedBatch;
import io.tesserae.training.data.episode.PhotoText;
import io.tesserae.training.data.episode.SourceMix;
import io.tesserae.training.data.episode.TrainingSource;
import io.tesserae.training.family.GeneralistCase.Built;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The loss and the gradients of a batch of several environments, a photo and a text against PyTorch's autograd in double precision: {@code
 * testdata/make_jat_gradients.py} tells of the file.
 */
class RecordedJatGradientsTest {

    private static final Path RECORDED = Path.of("..", "testdata", "gradients", "jat.json");

    @Test
    void gradientsAreThoseOfPyTorch() throws IOException {
        JsonObject recorded = JsonParser.parseString(Files.readString(RECORDED)).getAsJsonObject();
        List<TrainingSource> sources = recorded.getAsJsonArray("sources").asList().stream()
                .map(source -> source(source.getAsJsonObject()))
                .toList();
        SourceMix mix = new SourceMix(sources, 0, 16, 1);
        int[] places = IntStream.range(0, mix.size()).toArray(); // each example once
        Built built = GeneralistCase.build(GeneralistCase.FOLDER);
        Tape.Setting setting = Tape.Setting.of(Engine.shared().machine(), Tape.Keeping.ALL);
        try (Tape tape = Tape.recording(setting, null)) {
            LearnedBatch batch = LearnedBatch.of(mix, places, 0, built.network());
            Variable loss = batch.loss(tape, batch.scores(tape, built.network()));
            assertEquals(recorded.get("loss").getAsDouble(), loss.value().data()[0], 1e-4);
            tape.backward(loss, 1f);
        }
        JsonObject gradients = recorded.getAsJsonObject("gradients");
        assertEquals(gradients.size(), built.parameters().all().size());
        for (Map.Entry<String, JsonElement> expected : gradients.entrySet()) {
            Parameter parameter = built.parameters().named(expected.getKey()).orElseThrow();
            compare(parameter, expected.getValue().getAsJsonArray());
        }
    }

    /** The norm, and sums that another gradient of the same norm would not have. */
    private static void compare(Parameter parameter, JsonArray expected) {
        float[] found = parameter.gradient().tensor().toArray();
        double norm = expected.get(0).getAsDouble();
        for (int k = 0; k <= 4; k++) {
            double sum = 0;
            for (int i = 0; i < found.length; i++) {
                sum += k == 0 ? (double) found[i] * found[i] : Math.cos(0.37 * k * (i + 1)) * found[i];
            }
            int number = k;
            assertEquals(
                    expected.get(k).getAsDouble(),
                    k == 0 ? Math.sqrt(sum) : sum,
                    1e-4 * norm,
                    () -> parameter.name() + ", number " + number);
        }
    }

    private static TrainingSource source(JsonObject json) {
        String name = json.get("name").getAsString();
        float lossWeight = json.get("loss_weight").getAsFloat();
        if (json.has("texts")) {
            List<PhotoText> texts = json.getAsJsonArray("texts").asList().stream()
                    .map(text -> text(text.getAsJsonObject()))
                    .toList();
            return new TrainingSource.Texts(name, texts.size(), lossWeight, Dataset.of(texts));
        }
        List<Demonstration> episodes = json.getAsJsonArray("episodes").asList().stream()
                .map(episode -> demonstration(episode.getAsJsonObject()))
                .toList();
        return new TrainingSource.Episodes(name, episodes.size(), lossWeight, episodes);
    }

    private static PhotoText text(JsonObject json) {
        Optional<Tensor> pixels =
                Optional.ofNullable(json.getAsJsonArray("pixels")).map(values -> Tensor.of(floats(values), 3, 8, 8));
        return new PhotoText(
                pixels, ints(json.get("input_ids")), json.get("first_learned").getAsInt());
    }

    private static Demonstration demonstration(JsonObject json) {
        Observations seen = json.has("continuous_observations")
                ? new Observations.Continuous(rows(json.getAsJsonArray("continuous_observations")))
                : new Observations.Discrete(json.getAsJsonArray("discrete_observations").asList().stream()
                        .map(RecordedJatGradientsTest::ints)
                        .toList());
        boolean chooses = json.has("discrete_actions");
        JsonArray done = json.getAsJsonArray(chooses ? "discrete_actions" : "continuous_actions");
        return new Demonstration(
                new Episode(seen, actions(chooses, done), floats(json.getAsJsonArray("rewards"))),
                actions(chooses, json.getAsJsonArray("labels")));
    }

    private static Actions actions(boolean chooses, JsonArray values) {
        return chooses ? new Actions.Discrete(ints(values)) : new Actions.Continuous(rows(values));
    }

    private static Tensor rows(JsonArray rows) {
        int columns = rows.get(0).getAsJsonArray().size();
        Tensor values = Tensor.zeros(rows.size(), columns);
        for (int row = 0; row < rows.size(); row++) {
            float[] some = floats(rows.get(row).getAsJsonArray());
            System.arraycopy(some, 0, values.data(), row * columns, columns);
        }
        return values;
    }

    private static float[] floats(JsonArray values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i).getAsFloat();
        }
        return floats;
    }

    private static int[] ints(JsonElement values) {
        return values.getAsJsonArray().asList().stream()
                .mapToInt(JsonElement::getAsInt)
                .toArray();
    }
}
