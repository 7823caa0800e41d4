package io.tesserae.fuzz;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** The cases that the reference libraries were asked about; good seeds, since each was made to try one rule. */
final class SpecificationCases {

    private SpecificationCases() {}

    /** Whole files, valid and not. */
    static Map<String, byte[]> safetensors() throws IOException {
        String json = new String(TestData.bytes("spec-cases/safetensors-cases.json"), StandardCharsets.UTF_8);
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (JsonElement element : JsonParser.parseString(json).getAsJsonArray()) {
            JsonObject specified = element.getAsJsonObject();
            byte[] file =
                    Base64.getDecoder().decode(specified.get("file_base64").getAsString());
            files.put(specified.get("name").getAsString().replaceAll("[^A-Za-z0-9]+", "-"), file);
        }
        return files;
    }
}
