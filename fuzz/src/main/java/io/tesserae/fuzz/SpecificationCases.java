package io.tesserae.fuzz;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** The cases that the reference libraries were asked about; good seeds, since each was made to try one rule. */
final class SpecificationCases {

    private SpecificationCases() {}

    /** Whole files, valid and not. */
    static Map<String, byte[]> safetensors() throws IOException {
        String json = text("safetensors-cases.json.gz");
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (JsonElement element : JsonParser.parseString(json).getAsJsonArray()) {
            JsonObject specified = element.getAsJsonObject();
            byte[] file =
                    Base64.getDecoder().decode(specified.get("file_base64").getAsString());
            files.put(specified.get("name").getAsString().replaceAll("[^A-Za-z0-9]+", "-"), file);
        }
        return files;
    }

    /** Texts for a tokenizer. */
    static List<String> texts() throws IOException {
        String json = text("tokenizer-cases.json.gz");
        Set<String> texts = new LinkedHashSet<>();
        for (JsonElement element : JsonParser.parseString(json).getAsJsonArray()) {
            if (element.getAsJsonObject().get("text") instanceof JsonPrimitive text) {
                texts.add(text.getAsString());
            }
        }
        return List.copyOf(texts);
    }

    private static String text(String file) throws IOException {
        byte[] packed = TestData.bytes("spec-cases/" + file);
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
