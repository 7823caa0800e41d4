package io.tesserae.server.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.tesserae.server.failure.ErrorType;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.RequestJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Blocker;

/** Forms with pictures, as a page or curl's {@code -F image=@cat.jpg} sends them. */
final class Forms {

    private static final int MOST_PARTS = 64;

    private Forms() {}

    /**
     * The object that a form stands for: {@code image} parts are its inputs, {@code parameters} is JSON, {@code model} a name.
     *
     * @throws RequestException if it is no such form
     */
    static JsonObject read(byte[] body, String contentType, int maxBytes) {
        String boundary = MultiPart.extractBoundary(contentType);
        if (boundary == null) {
            throw malformed();
        }
        MultiPartFormData.Parser parser = new MultiPartFormData.Parser(boundary);
        parser.setMaxLength(maxBytes);
        parser.setMaxMemoryFileSize(maxBytes);
        parser.setMaxParts(MOST_PARTS);
        Content.Source source = Content.Source.from(ByteBuffer.wrap(body));
        try (MultiPartFormData.Parts parts =
                Blocker.<MultiPartFormData.Parts>blockWithPromise(promise -> parser.parse(source, promise))) {
            return object(parts);
        } catch (IOException | IllegalStateException e) {
            throw malformed();
        }
    }

    private static JsonObject object(MultiPartFormData.Parts parts) {
        JsonObject object = new JsonObject();
        JsonArray images = new JsonArray();
        for (MultiPart.Part part : parts) {
            byte[] bytes = bytes(part);
            switch (String.valueOf(part.getName())) {
                case "image" -> images.add(Base64.getEncoder().encodeToString(bytes));
                case "parameters" -> object.add("parameters", RequestJson.value(RequestJson.text(bytes)));
                case "model" -> object.addProperty("model", new String(bytes, StandardCharsets.UTF_8));
                default -> throw RequestException.validation("unknown part; expected image, parameters and model");
            }
        }
        object.add("inputs", images);
        return object;
    }

    private static byte[] bytes(MultiPart.Part part) {
        ByteBuffer content;
        try {
            content = Content.Source.asByteBuffer(part.getContentSource());
        } catch (IOException e) {
            throw malformed();
        }
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        return bytes;
    }

    private static RequestException malformed() {
        return new RequestException(ErrorType.MALFORMED, "the body is not a valid form of multipart/form-data");
    }
}
