package io.tesserae.generated;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Models for late interaction, put together from the fixture of a sentence encoder and testdata/late-interaction-cases.json. */
public final class ColBertFolder {

    private static final Path TESTDATA = Path.of("../testdata");
    private static final Path ENCODER = TESTDATA.resolve("fixtures/sentence-embedding");

    private ColBertFolder() {}

    /** The cases, and the projection that their vectors were made with. */
    public static JsonObject cases() throws IOException {
        return JsonParser.parseString(Files.readString(TESTDATA.resolve("late-interaction-cases.json")))
                .getAsJsonObject();
    }

    /** A model as PyLate stores it. */
    public static Path ofPyLate(Path folder, JsonObject settings) throws IOException {
        copyEncoder(folder);
        JsonObject all = cases();
        Files.writeString(folder.resolve("modules.json"), """
                [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
                {"idx": 1, "name": "1", "path": "1_Dense", "type": "pylate.models.Dense.Dense"}]
                """);
        Files.createDirectories(folder.resolve("1_Dense"));
        Files.writeString(folder.resolve("1_Dense/config.json"), """
                {"in_features": 24, "out_features": 5, "bias": false, "use_residual": false,
                "activation_function": "torch.nn.modules.linear.Identity"}
                """);
        new SafetensorsWriter()
                .addFloats("linear.weight", floats(all.getAsJsonArray("projection")), 5, 24)
                .write(folder.resolve("1_Dense/model.safetensors"));
        JsonObject config = settings.deepCopy();
        for (String key : List.of("query_prefix", "document_prefix", "query_length", "document_length")) {
            config.add(key, all.get(key));
        }
        Files.writeString(folder.resolve("config_sentence_transformers.json"), config.toString());
        return folder;
    }

    /** The same as ColBERT's authors store it: the projection beside the encoder's tensors. */
    public static Path ofItsAuthors(Path folder) throws IOException {
        copyEncoder(folder);
        Files.deleteIfExists(folder.resolve("modules.json"));
        JsonObject config = JsonParser.parseString(Files.readString(folder.resolve("config.json")))
                .getAsJsonObject();
        config.add("architectures", JsonParser.parseString("[\"HF_ColBERT\"]"));
        Files.writeString(folder.resolve("config.json"), config.toString());
        Files.writeString(folder.resolve("artifact.metadata"), """
                {"query_token_id": "una", "doc_token_id": "the", "query_maxlen": 11, "doc_maxlen": 16,
                "attend_to_mask_tokens": false, "dim": 5}
                """);
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile file = SafetensorsFile.open(ENCODER.resolve("model.safetensors"))) {
            for (String name : file.names()) {
                long[] shape = file.shape(name);
                long count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
                float[] values = new float[Math.toIntExact(count)];
                file.read(name, 0, values, 0, values.length);
                writer.addFloats("bert." + name, values, shape);
            }
        }
        writer.addFloats("linear.weight", floats(cases().getAsJsonArray("projection")), 5, 24)
                .write(folder.resolve("model.safetensors"));
        return folder;
    }

    /** The numbers of rows, one after the other. */
    public static float[] floats(JsonArray rows) {
        double[] values = rows.asList().stream()
                .flatMap(row -> row.getAsJsonArray().asList().stream())
                .mapToDouble(JsonElement::getAsDouble)
                .toArray();
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static void copyEncoder(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(ENCODER)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = folder.resolve(file.getFileName());
                if (!Files.exists(copy) && !file.toString().contains("expected")) {
                    Files.copy(file, copy);
                }
            }
        }
    }
}
