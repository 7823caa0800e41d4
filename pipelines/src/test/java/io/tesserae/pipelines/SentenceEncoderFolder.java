package io.tesserae.pipelines;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** A copy of the fixture sentence-embedding, of which some files are replaced. */
record SentenceEncoderFolder(Path folder) {

    static final Path FIXTURE = Question.TEST_DATA.resolve("fixtures/sentence-embedding");

    static SentenceEncoderFolder copyTo(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(FIXTURE)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = folder.resolve(FIXTURE.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        return new SentenceEncoderFolder(folder);
    }

    /** Replaces files, by name; those that are null are taken away. A Dense module gets weights of its size. */
    SentenceEncoderFolder with(JsonObject files) throws IOException {
        for (Map.Entry<String, JsonElement> file : files.entrySet()) {
            if (file.getValue() instanceof JsonNull) {
                Files.delete(folder.resolve(file.getKey()));
            } else {
                with(file.getKey(), file.getValue().toString());
                if (file.getKey().contains("Dense")) {
                    JsonObject config = file.getValue().getAsJsonObject();
                    withDense(
                            file.getKey().replace("config.json", "model.safetensors"),
                            config.get("out_features").getAsInt(),
                            config.get("in_features").getAsInt(),
                            config.get("bias").getAsBoolean());
                }
            }
        }
        return this;
    }

    /** Replaces a file. */
    SentenceEncoderFolder with(String name, String text) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        Files.writeString(folder.resolve(name), text);
        return this;
    }

    /** The weights of a Dense module, as testdata/make_sentence_embedding_answers.py makes them. */
    SentenceEncoderFolder withDense(String name, int rows, int columns, boolean biased) throws IOException {
        Tensor weight = Tensor.zeros(rows, columns);
        Tensor bias = Tensor.zeros(rows);
        for (int i = 0; i < rows; i++) {
            bias.data()[i] = (i % 5 - 2) / 10f;
            for (int j = 0; j < columns; j++) {
                weight.data()[i * columns + j] = ((31 * i + 17 * j) % 23 - 11) / 40f;
            }
        }
        SafetensorsWriter writer = new SafetensorsWriter().add("linear.weight", weight);
        if (biased) {
            writer.add("linear.bias", bias);
        }
        writer.write(folder.resolve(name));
        return this;
    }
}
